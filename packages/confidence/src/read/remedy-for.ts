/** Says what to do about bytes that are no resolver state, going by what they look like. @module */
import { Buffer, isUtf8 } from "node:buffer";

/** What names in a state begin with; nothing that is encrypted has them. */
const TRACES = ["flags/", "clients/"];

/** What the bytes seem to be, and what to do about it, in a sentence. */
export function remedyFor(bytes: Uint8Array): string {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "It is gzipped: unpack it first.";
  if (isText(bytes)) return "It is text, such as an error page: fetch the state itself, which is binary.";
  const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (TRACES.some((trace) => found.includes(trace))) {
    return "It has traces of one: fetch it again. If that changes nothing, the source platform's resolver refuses it too.";
  }
  return (
    "If it is encrypted (its address ends in .enc), decrypt it first: AES-256-GCM with the client's encryption key; " +
    "its first 12 bytes are the nonce, its last 16 the tag."
  );
}

function isText(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && bytes.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}
