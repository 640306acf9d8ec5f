/** Takes a bitset out of its gzip container, as strictly about the container as the source platform's resolver. @module */
import { crc32, inflateRawSync } from "node:zlib";
import { FlagError } from "@aplomb/core";

/** More than this is not inflated: whatever it is, it is no bitset. */
const MAX_INFLATED_BYTES = 16_777_216;

const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;

/**
 * The bytes of a gzip container without any of gzip's options.
 *
 * The container has to begin with 1f 8b, method 8 and flags 0, and to end with the CRC-32 and the size (mod 2^32) of
 * what is in it. Time, level and system may be anything.
 *
 * @returns "oversized" for more than 16 MiB.
 * @throws FlagError MALFORMED.
 */
export function inflateBitset(container: Uint8Array): Uint8Array | "oversized" {
  if (container.length < HEADER_BYTES + TRAILER_BYTES) throw malformed(`of ${container.length} bytes is too short`);
  const [id1, id2, method, flags] = container;
  if (id1 !== 0x1f || id2 !== 0x8b) throw malformed("does not begin with 1f 8b");
  if (method !== 8) throw malformed(`has the compression method ${method} instead of 8`);
  if (flags !== 0) throw malformed(`has the flags ${flags} instead of 0`);
  const end = container.length - TRAILER_BYTES;
  const content = inflate(container.subarray(HEADER_BYTES, end));
  if (content === "oversized") return content;
  const trailer = new DataView(container.buffer, container.byteOffset + end, TRAILER_BYTES);
  if (trailer.getUint32(0, true) !== crc32(content)) throw malformed("has a checksum that is not its content's");
  if (trailer.getUint32(4, true) !== content.length) throw malformed("has a size that is not its content's");
  return content;
}

function inflate(deflated: Uint8Array): Uint8Array | "oversized" {
  try {
    return inflateRawSync(deflated, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") return "oversized";
    throw malformed(`cannot be inflated: ${(cause as Error).message}`, cause);
  }
}

function malformed(what: string, cause?: unknown): FlagError {
  return new FlagError("MALFORMED", `a gzip container ${what}`, { cause });
}
