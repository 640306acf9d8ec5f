/** Hashes texts that begin alike: what they begin with is hashed, as far as it fills blocks, once. @module */
import { BLOCK_WORDS, createHashState, finishHash, type HashState, hashWords } from "./hash.js";
import { utf8Of } from "./utf8.js";

/** Room in which texts are put together and hashed. One serves many beginnings. */
export interface HashBuffer {
  /** Four bytes each, the first one lowest: whole words are read again at once, single bytes not before all are written. */
  words: Int32Array;
  readonly state: HashState;
}

/** A beginning of texts. */
export interface SaltedText {
  readonly saltBytes: number;
  /** What does not fill a block: whole words, then what does not fill a word. */
  readonly rest: Int32Array;
  /** How many of the rest's words are whole. */
  readonly wholeWords: number;
  /** The state after the whole blocks. */
  readonly prepared: HashState;
}

const UNPREPARED = createHashState();

/** Makes room for texts of any length: it grows. */
export function createHashBuffer(): HashBuffer {
  return { words: new Int32Array(64), state: createHashState() };
}

/** Prepares a beginning. */
export function createSaltedText(salt: string): SaltedText {
  const bytes = utf8Of(salt);
  const words = new Int32Array((bytes.length >> 2) + 1);
  for (let i = 0; i < bytes.length; i++) {
    words[i >> 2] = (words[i >> 2] as number) | ((bytes[i] as number) << ((i & 3) * 8));
  }
  const hashed = (bytes.length >> 4) * BLOCK_WORDS;
  let prepared = UNPREPARED;
  if (hashed > 0) {
    prepared = createHashState();
    hashWords(words, hashed, hashed, prepared);
  }
  return { saltBytes: bytes.length, rest: words.slice(hashed), wholeWords: words.length - 1 - hashed, prepared };
}

/** Hashes a beginning and what follows it; the hash is in the buffer until the next one. */
export function hashSalted(buffer: HashBuffer, salt: SaltedText, text: string): HashState {
  const { saltBytes, wholeWords, rest, prepared } = salt;
  const mostWords = wholeWords + 2 * BLOCK_WORDS + text.length;
  if (mostWords > buffer.words.length) buffer.words = new Int32Array(mostWords);
  const { words, state } = buffer;
  for (let i = 0; i < wholeWords; i++) words[i] = rest[i] as number;
  const shift = (saltBytes & 3) * 8;
  const carried = rest[wholeWords] as number;
  let lengthBytes = saltBytes + text.length;
  let written = writeText(text, words, wholeWords, carried, shift);
  if (written < 0) {
    const utf8 = utf8Of(text);
    lengthBytes = saltBytes + utf8.length;
    written = writeBytes(utf8, words, wholeWords, carried, shift);
  }
  while (written % BLOCK_WORDS !== 0) words[written++] = 0;
  const wholeEnd = ((lengthBytes >> 4) - (saltBytes >> 4)) * BLOCK_WORDS;
  for (let i = 0; i < 4; i++) state[i] = prepared[i] as number;
  hashWords(words, wholeEnd, (lengthBytes & 15) === 0 ? wholeEnd : wholeEnd + BLOCK_WORDS, state);
  finishHash(lengthBytes, state);
  return state;
}

/** Hashes a text as a whole. */
export function hashText(buffer: HashBuffer, text: string): HashState {
  return hashSalted(buffer, NO_SALT, text);
}

const NO_SALT = createSaltedText("");

/**
 * Writes a text behind what a word begins with, four letters at a time.
 *
 * @returns The place behind the last word written; below zero for a text that is not ASCII.
 */
function writeText(text: string, words: Int32Array, from: number, carried: number, shift: number): number {
  const { length } = text;
  const whole = length & ~3;
  let at = from;
  let word = carried;
  for (let i = 0; i < whole; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    if ((a | b | c | d) > 127) return -1;
    const four = a | (b << 8) | (c << 16) | (d << 24);
    words[at++] = word | (four << shift);
    // In two steps, because a shift by 32 is one by 0.
    word = (four >>> (31 - shift)) >>> 1;
  }
  let left = shift;
  for (let i = whole; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return -1;
    word |= unit << left;
    left += 8;
    if (left < 32) continue;
    words[at++] = word;
    word = left = 0;
  }
  words[at++] = word;
  return at;
}

/** The same for bytes. */
function writeBytes(bytes: Uint8Array, words: Int32Array, from: number, carried: number, shift: number): number {
  let at = from;
  let word = carried;
  let left = shift;
  for (const byte of bytes) {
    word |= byte << left;
    left += 8;
    if (left < 32) continue;
    words[at++] = word;
    word = left = 0;
  }
  words[at++] = word;
  return at;
}
