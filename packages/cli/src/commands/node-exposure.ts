/**
 * Options of Node that hand the process's memory, and so every secret in it, to others: an
 * inspector's port, and snapshots of the heap written to files.
 */

const EXPOSING = /^--(?:inspect|heapsnapshot)/u;

/** The names of those among Node's options, without their values. */
export function exposingOptions(nodeOptions: readonly string[]): readonly string[] {
  const names = nodeOptions
    // Node takes underscores for hyphens.
    .map((option) => (option.split('=', 1)[0] ?? '').replaceAll('_', '-'))
    .filter((name) => EXPOSING.test(name));
  return [...new Set(names)];
}

/** One line for stderr, or `undefined` where nothing is exposed. */
export function exposureWarning(nodeOptions: readonly string[]): string | undefined {
  const names = exposingOptions(nodeOptions);
  if (names.length === 0) return undefined;
  return `keywire: warning: Node runs with ${names.join(', ')}, which shows secrets to whoever can use it\n`;
}
