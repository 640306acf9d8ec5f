/** Text as bytes, naively: one code point at a time. @module */

/** A text in which every lone surrogate has become U+FFFD (rulings, 3). */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** The UTF-8 bytes of a text. */
export function utf8Of(text: string): number[] {
  const bytes: number[] = [];
  for (const character of wellFormed(text)) {
    const point = character.codePointAt(0) as number;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(point));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(point >> 6), tail(point));
    else bytes.push(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point));
  }
  return bytes;
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

/** The UTF-8 bytes of a text as characters up to U+00FF, so that JavaScript's own text operations work on bytes. */
export function byteText(text: string): string {
  return utf8Of(text)
    .map((byte) => String.fromCharCode(byte))
    .join("");
}
