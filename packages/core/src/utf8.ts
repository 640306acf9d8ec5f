/** Text as UTF-8 bytes, the form in which it is hashed, compared and sent. @module */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder("latin1");

/** The UTF-8 bytes of a text; a lone surrogate becomes U+FFFD. */
export function utf8Of(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/**
 * The text of UTF-8 bytes.
 *
 * @throws TypeError if the bytes are not UTF-8.
 */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A text with one unit for each byte; the right one where the byte is ASCII. */
export function latin1Of(bytes: Uint8Array): string {
  return latin1.decode(bytes);
}

/**
 * Writes a text's UTF-8 bytes into a buffer.
 *
 * @param into - Must have room: three bytes for each UTF-16 unit are always enough.
 * @returns The place after the last byte written.
 */
export function writeUtf8(text: string, into: Uint8Array, at: number): number {
  const length = text.length;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return at + i + encoder.encodeInto(text.slice(i), into.subarray(at + i)).written;
    into[at + i] = unit;
  }
  return at + length;
}

/** Whether a text takes at most so many bytes as UTF-8. Looks at no more of it than it must. */
export function fitsUtf8(text: string, maxBytes: number): boolean {
  if (text.length * 3 <= maxBytes) return true;
  if (text.length > maxBytes) return false;
  return encoder.encode(text).length <= maxBytes;
}

/**
 * Orders two texts by their UTF-8 bytes, that is by code point.
 *
 * JavaScript's `<` compares UTF-16 units and so puts U+E000–U+FFFF behind the characters beyond them.
 *
 * @returns Below, at or above zero.
 */
export function compareUtf8(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return compareFrom(a, b, i);
  }
  if (a.length === b.length) return 0;
  return compareFrom(a, b, shorter);
}

/** Compares from the first differing unit on, stepping back when that is inside a surrogate pair. */
function compareFrom(a: string, b: string, at: number): number {
  const start = at > 0 && isHigh(a.charCodeAt(at - 1)) ? at - 1 : at;
  for (let i = start, j = start; ; ) {
    const x = codePointAt(a, i);
    const y = codePointAt(b, j);
    if (x !== y || x < 0) return x - y;
    i += x > 0xffff ? 2 : 1;
    j += y > 0xffff ? 2 : 1;
  }
}

/** The code point at a place, U+FFFD for a lone surrogate, -1 past the end. */
function codePointAt(text: string, at: number): number {
  const point = text.codePointAt(at);
  if (point === undefined) return -1;
  return point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** The text with every lone surrogate replaced by U+FFFD: what its UTF-8 bytes say. */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? text.replace(LONE_SURROGATE, "\ufffd") : text;
}

// Asked first: for texts in Latin-1 it needs no look at them.
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
