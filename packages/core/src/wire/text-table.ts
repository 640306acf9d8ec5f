/** Keeps texts that come again and again in a bundle: attribute names, countries, variants. @module */
import { textOf } from "../utf8.js";

/** Finds texts by their bytes. */
export interface TextTable {
  /**
   * The text of UTF-8 bytes; the same string each time if it is ASCII.
   *
   * @throws TypeError if the bytes are not UTF-8.
   */
  textAt(bytes: Uint8Array, at: number, end: number): string;
}

/** Texts kept at the same time; a power of two. */
const SLOTS = 1_024;

/** Makes a table in which a new text takes the place of the one that has its slot. */
export function createTextTable(): TextTable {
  const slots: (string | undefined)[] = new Array(SLOTS).fill(undefined);
  return {
    textAt(bytes, at, end) {
      let hash = 0;
      for (let i = at; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
      const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
      const known = slots[slot];
      if (known !== undefined && isTextOf(known, bytes, at, end)) return known;
      const text = nameOf(textOf(bytes.subarray(at, end)));
      slots[slot] = text;
      return text;
    },
  };
}

/** Whether a text is these bytes, one unit for each. */
function isTextOf(text: string, bytes: Uint8Array, at: number, end: number): boolean {
  if (text.length !== end - at) return false;
  for (let i = at; i < end; i++) {
    if (text.charCodeAt(i - at) !== bytes[i]) return false;
  }
  return true;
}

/** The text as engines keep property names: to compare it with a name or with a literal of a program, they compare addresses. */
function nameOf(text: string): string {
  return Object.keys({ [text]: 0 })[0] ?? text;
}
