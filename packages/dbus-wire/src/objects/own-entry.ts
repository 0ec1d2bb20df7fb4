/** Looks up an own entry of a table whose keys another program chose. */
export function ownEntry<T>(
  table: { readonly [key: string]: T } | undefined,
  key: string | undefined,
): T | undefined {
  return table !== undefined && key !== undefined && Object.hasOwn(table, key)
    ? table[key]
    : undefined;
}
