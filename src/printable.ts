/** Words that a user chose, fit for one line of a condition, an Event or a log. */
export function printable(words: string, maxLength: number): string {
  return words.replace(/[^\x20-\x7e]/g, '?').slice(0, maxLength);
}
