/** The candidate that a misspelt word was probably meant to be, if any is near enough. Upper and lower case are alike. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  // Fewer edits than letters: otherwise every short word would resemble every other.
  let limit = Math.min(Math.max(2, Math.floor(word.length / 3)), word.length - 1);
  let found: string | undefined;

  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const edits = levenshtein(word.toLowerCase(), candidate.toLowerCase());
    if (edits > limit) continue;
    found = candidate;
    limit = edits - 1;
  }
  return found;
}

function levenshtein(from: string, to: string): number {
  let previous = Array.from({length: to.length + 1}, (_, index) => index);

  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const substitution = at(previous, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, at(previous, column) + 1, at(current, column - 1) + 1));
    }
    previous = current;
  }
  return at(previous, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] as number;
}
