// Items that a daemon gives for a search although they have not what was sought: it compares values up
// to a newline at the end. Deleting or reading such a neighbour would be a mistake; so on such a daemon
// the attributes of all hits are read, one flight more.

import { isSecretServiceError } from '../errors/errors.ts';
import type { OperationOptions, ServiceContext } from './context.ts';
import { readAttributes } from './properties.ts';

const NONE: ReadonlySet<string> = new Set();

/** Those of the hits that only look like what was sought. */
export async function lookalikes(
  context: ServiceContext,
  hits: readonly string[],
  sought: ReadonlyMap<string, string>,
  options: OperationOptions,
): Promise<ReadonlySet<string>> {
  // @rule secret/hits-are-exact quirk#P25
  if (!(await ignoresNewline(context, options))) return NONE;
  const isOther = await Promise.all(
    hits.map((path) => hasNewlineMore(context, path, sought, options)),
  );
  return new Set(hits.filter((_path, index) => isOther[index] === true));
}

/** A search needs no session; where none can be had, nothing is known of the daemon. */
async function ignoresNewline(
  context: ServiceContext,
  options: OperationOptions,
): Promise<boolean> {
  try {
    return (await context.profile(options)).searchIgnoresNewline;
  } catch (error) {
    if (isSecretServiceError(error, 'aborted')) throw error;
    return false;
  }
}

/** Whether a value of an item is the one sought with a newline at its end. */
async function hasNewlineMore(
  context: ServiceContext,
  path: string,
  sought: ReadonlyMap<string, string>,
  options: OperationOptions,
): Promise<boolean> {
  try {
    const found = await readAttributes(context.peer, path, { signal: options.signal });
    return [...sought].some(([name, value]) => found.get(name) === `${value}\n`);
  } catch (error) {
    // It has gone, or does not tell while it is locked: that is for who reads it.
    if (isSecretServiceError(error, 'not-found') || isSecretServiceError(error, 'locked')) {
      return false;
    }
    throw error;
  }
}
