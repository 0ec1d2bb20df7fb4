/**
 * What kind of fault an error is, and what caused it, by names and codes alone: the texts of errors
 * that nobody foresaw may hold what they should not.
 */

/** Causes of causes say no more. */
const MOST_LINKS = 4;

/** As `Refusal: LockError io-failed: Error ENOSPC`. */
export function faultKind(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const links: string[] = [];
  let link: unknown = error;
  while (link instanceof Error && links.length < MOST_LINKS) {
    links.push('code' in link ? `${link.name} ${String(link.code)}` : link.name);
    link = link.cause;
  }
  return links.join(': ');
}
