/** Where the lines of a text begin. @module */

/** Lines and columns of a text, both counted from 1. */
export interface LineTable {
  /** The place of an offset in UTF-16 units; of one beyond the end, the end. */
  placeOf(offset: number): { readonly line: number; readonly column: number };
}

/**
 * The lines of a text: they end in a line feed, as editors count them.
 *
 * The parser has a counter of its own, which passes over line feeds that it did not get to the bottom of.
 */
export function lineTableOf(text: string): LineTable {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return {
    placeOf(offset) {
      const place = Math.min(Math.max(offset, 0), text.length);
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= place) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: place - (starts[low] ?? 0) + 1 };
    },
  };
}
