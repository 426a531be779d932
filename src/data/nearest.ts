/**
 * The name that a misspelt one was probably meant to be.
 * @module
 */

/** Longer names are not compared: it takes the product of both lengths. */
const MOST_CHARACTERS = 200;

/** The candidate with the smallest edit distance to `name`, letter case aside, or nothing when none comes close. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  if (name.length > MOST_CHARACTERS) return undefined;
  for (const candidate of candidates) {
    if (candidate.length > MOST_CHARACTERS) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    const close = distance <= Math.ceil(Math.max(name.length, candidate.length) / 3);
    if (close && distance < smallest) {
      best = candidate;
      smallest = distance;
    }
  }
  return best;
}

/** `; did you mean 'x'?`, or nothing when no candidate comes close. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const best = nearest(name, candidates);
  return best === undefined ? '' : `; did you mean '${best}'?`;
}

/** Levenshtein distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
