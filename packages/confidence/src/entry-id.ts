/** What entries of a bundle can be called. @module */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

/** The longest key or id that readers take. */
export const MAX_KEY_BYTES = 256;

/** Whether a text can be an entry's key or id. */
export function fitsKey(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_KEY_BYTES;
}

/** The id of an entry: its name, or the digest of a name that is too long for an id. */
export function entryIdOf(name: string): string {
  return fitsKey(name) ? name : `sha256:${createHash("sha256").update(name).digest("hex")}`;
}
