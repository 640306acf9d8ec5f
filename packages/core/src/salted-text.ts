/** Hashes texts that begin alike: what they begin with is hashed, as far as it fills blocks, once. @module */
import { BLOCK_BYTES, createHashState, type HashState, hashBlocks, murmur3 } from "./hash.js";
import { utf8Of, writeUtf8 } from "./utf8.js";

/** Room in which texts are put together and hashed. One serves many beginnings. */
export interface HashBuffer {
  bytes: Uint8Array;
  view: DataView;
  readonly hash: HashState;
  /** The beginning that is written there now. */
  salt: SaltedText | undefined;
}

/** A beginning of texts. */
export interface SaltedText {
  readonly saltBytes: number;
  /** What does not fill a block. */
  readonly rest: Uint8Array;
  /** The state after the whole blocks; undefined when there are none. */
  readonly prepared: HashState | undefined;
}

const UNPREPARED = createHashState();

/** Makes room for texts of any length: it grows. */
export function createHashBuffer(): HashBuffer {
  const bytes = new Uint8Array(128);
  return { bytes, view: new DataView(bytes.buffer), hash: createHashState(), salt: undefined };
}

/** Prepares a beginning. */
export function createSaltedText(salt: string): SaltedText {
  const bytes = utf8Of(salt);
  const whole = bytes.length - (bytes.length % BLOCK_BYTES);
  const rest = bytes.slice(whole);
  if (whole === 0) return { saltBytes: bytes.length, rest, prepared: undefined };
  const prepared = createHashState();
  hashBlocks(new DataView(bytes.buffer), 0, whole, prepared);
  return { saltBytes: bytes.length, rest, prepared };
}

/** Hashes a beginning and what follows it; the hash is in the buffer until the next one. */
export function hashSalted(buffer: HashBuffer, salt: SaltedText, text: string): HashState {
  const { rest, prepared = UNPREPARED, saltBytes } = salt;
  makeRoom(buffer, rest.length + text.length * 3 + BLOCK_BYTES);
  const { bytes, hash } = buffer;
  if (buffer.salt !== salt) {
    for (let i = 0; i < rest.length; i++) bytes[i] = rest[i] as number;
    buffer.salt = salt;
  }
  const end = writeUtf8(text, bytes, rest.length);
  for (let i = end; i % BLOCK_BYTES !== 0; i++) bytes[i] = 0;
  murmur3(buffer.view, end, saltBytes - rest.length + end, prepared, hash);
  return hash;
}

/** Hashes a text as a whole. */
export function hashText(buffer: HashBuffer, text: string): HashState {
  return hashSalted(buffer, NO_SALT, text);
}

const NO_SALT = createSaltedText("");

function makeRoom(buffer: HashBuffer, sizeBytes: number): void {
  if (sizeBytes <= buffer.bytes.length) return;
  buffer.bytes = new Uint8Array(sizeBytes);
  buffer.view = new DataView(buffer.bytes.buffer);
  buffer.salt = undefined;
}
