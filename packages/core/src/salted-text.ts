/** Hashes texts that begin alike: what they begin with is written, and hashed as far as it fills blocks, once. @module */
import { BLOCK_BYTES, createHashState, type HashState, hashBlocks, murmur3 } from "./hash.js";
import { utf8Of, writeUtf8 } from "./utf8.js";

/** A beginning, and room for what follows it. */
export interface SaltedText {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly saltBytes: number;
  /** The state after the salt's whole blocks. */
  readonly prepared: HashState;
  readonly preparedBytes: number;
}

/** Prepares a beginning for texts of at most so many bytes of UTF-8. */
export function createSaltedText(salt: string, maxBytes: number): SaltedText {
  const prefix = utf8Of(salt);
  // A text is written with up to three bytes for each unit, and hashed in whole blocks.
  const bytes = new Uint8Array(prefix.length + maxBytes + BLOCK_BYTES);
  bytes.set(prefix);
  const view = new DataView(bytes.buffer);
  const prepared = createHashState();
  const preparedBytes = prefix.length - (prefix.length % BLOCK_BYTES);
  hashBlocks(view, 0, preparedBytes, prepared);
  return { bytes, view, saltBytes: prefix.length, prepared, preparedBytes };
}

/** Hashes the beginning and a text. */
export function hashSalted(
  { bytes, view, saltBytes, prepared, preparedBytes }: SaltedText,
  text: string,
  hash: HashState,
): void {
  const length = writeUtf8(text, bytes, saltBytes);
  for (let i = length; i % BLOCK_BYTES !== 0; i++) bytes[i] = 0;
  murmur3(view, preparedBytes, length, prepared, hash);
}

/** Hashes a text as a whole. */
export function hashText(text: string, hash: HashState): void {
  hashSalted(createSaltedText(text, 0), "", hash);
}
