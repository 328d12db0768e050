/** Words that a user chose, fit for one line of a condition, an Event or a log. */
export function printable(words: string, maxLength: number): string {
  return words.replace(/[^\x20-\x7e]/g, '?').slice(0, maxLength);
}

/** Characters of one word in a condition. */
const MAX_WORD_LENGTH = 63;

/** A word that a Profile's creator chose, for a condition. */
export function shownWord(word: string): string {
  return printable(word, MAX_WORD_LENGTH);
}
