/** Sets of texts as sets of small numbers: which texts a flag set's conditions on an attribute name. @module */

/** The numbers of texts, counted up as they come. */
export type TextNumbers = Map<string, number>;

const BITS = 16;

/**
 * The set of some texts, bit by bit; undefined when their numbers lie so far apart that a `Set` is smaller.
 *
 * @param numbers - Numbers the texts that have none.
 */
export function textBits(texts: readonly string[], numbers: TextNumbers): readonly number[] | undefined {
  const bits: number[] = [];
  for (const text of texts) {
    const number = numberOf(text, numbers);
    if (number >= BITS * 2 * (texts.length + 1)) return undefined;
    while (bits.length * BITS <= number) bits.push(0);
    const at = Math.floor(number / BITS);
    bits[at] = (bits[at] as number) | (1 << (number % BITS));
  }
  return bits;
}

function numberOf(text: string, numbers: TextNumbers): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  const number = numbers.size;
  numbers.set(text, number);
  return number;
}

/** Whether a set has a text of a number. */
export function hasBit(bits: readonly number[], number: number): boolean {
  const at = number >> 4;
  return at < bits.length && (((bits[at] as number) >> (number & 15)) & 1) === 1;
}
