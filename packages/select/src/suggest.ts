/** The candidate with the fewest typing errors between, if they are few for its length. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const otherStart = word[0] === candidate[0] ? 0 : 0.5;
    const errors = distance(word.slice(0, 64).toLowerCase(), candidate.toLowerCase()) + otherStart;
    if (errors < fewest && errors <= Math.max(1.5, candidate.length / 3)) [best, fewest] = [candidate, errors];
  }
  return best;
}

/** Insertions, deletions and replacements between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    let [left, diagonal] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    row = row.map((above, j) => {
      left = Math.min(above + 1, left + 1, diagonal + +(a[i] !== b[j - 1]));
      diagonal = above;
      return left;
    });
  }
  return row[b.length] as number;
}
