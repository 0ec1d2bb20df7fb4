/**
 * Operands as attributes: names and values in turn. Complaints count arguments and never quote
 * them, because the commonest mistake is a secret as the odd one out.
 */
import { usageError } from '../output/cli-error.ts';
import type { Attributes } from '../types/items.ts';

/**
 * @throws {@link CliError} with code `usage` where operands are missing or odd in number, a name
 * is empty, or a name comes twice
 */
export function parseAttributes(operands: readonly string[], isStore: boolean): Attributes {
  if (operands.length === 0) throw usageError('no attributes given: expected ATTR VALUE …');
  // @rule cli/attribute-pairs keywire#attributes
  if (operands.length % 2 !== 0) {
    const advice = isStore
      ? '; the secret itself is never an argument: pipe it, use --file, or type it when asked'
      : '';
    throw usageError(
      `attributes come as ATTR VALUE pairs, got ${operands.length} argument${operands.length === 1 ? '' : 's'}${advice}`,
    );
  }
  const attributes = new Map<string, string>();
  for (let index = 0; index < operands.length; index += 2) {
    const name = operands[index] ?? '';
    if (name === '') throw usageError(`the name of attribute ${index / 2 + 1} is empty`);
    // A second value would silently win, and a lookup by the first would then find nothing.
    if (attributes.has(name)) {
      throw usageError(`attribute ${index / 2 + 1} has the name of an earlier one`);
    }
    attributes.set(name, operands[index + 1] ?? '');
  }
  return attributes;
}
