/** Suggestions for a mistyped command or option: the word begun, else the nearest one, if one is near. */

/** Words this far apart are still taken for a slip of the fingers. */
const MAX_DISTANCE = 2;

/** A beginning of fewer letters could be that of anything. */
const MIN_BEGINNING = 3;

/** The one known word that begins so, else the closest one, or `undefined` when none is within two edits. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const begun = new Set(known.filter((candidate) => candidate.startsWith(word)));
  const [only] = begun;
  if (begun.size === 1 && word.length >= MIN_BEGINNING) return only;
  let best: string | undefined;
  let bestDistance = MAX_DISTANCE + 1;
  for (const candidate of known) {
    // Two edits turn any two-letter word into any other: short words must share most letters.
    if (candidate.length <= MAX_DISTANCE) continue;
    const distance = editDistance(word, candidate);
    if (distance < bestDistance && distance < candidate.length / 2) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance, by rows; words longer than any command cost nothing. */
export function editDistance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MAX_DISTANCE) return MAX_DISTANCE + 1;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 1; at <= from.length; at += 1) {
    const next = [at];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[at - 1] === to[column - 1];
      next.push(
        Math.min(
          (row[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (row[column - 1] ?? 0) + (isSame ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
