/** The bytes of a stored bundle: a header in JSON, envelope and bundle, and a digest of it all. @module */
import { createHash } from "node:crypto";
import type { StoredBundle } from "@aplomb/client";

const MAGIC = Buffer.from("aplomb-stored-bundle/1\n");
const LENGTH_BYTES = 4;
const DIGEST_BYTES = 32;

interface Header extends Pick<StoredBundle, "validator" | "floor"> {
  readonly envelopeBytes: number;
}

/** Writes a stored bundle. */
export function encodeStoredBundle({ envelope, bundle, validator, floor }: StoredBundle): Uint8Array {
  const fields: Header = { envelopeBytes: envelope.length, validator, floor };
  const header = Buffer.from(JSON.stringify(fields));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(header.length);
  const content = Buffer.concat([MAGIC, length, header, envelope, bundle]);
  return Buffer.concat([content, digestOf(content)]);
}

/** Reads a stored bundle; undefined if a single bit of it is not as it was written, or it was never written here. */
export function decodeStoredBundle(bytes: Uint8Array): StoredBundle | undefined {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const content = all.subarray(0, -DIGEST_BYTES);
  if (all.length < MAGIC.length + LENGTH_BYTES + DIGEST_BYTES || !content.subarray(0, MAGIC.length).equals(MAGIC)) {
    return undefined;
  }
  if (!digestOf(content).equals(all.subarray(-DIGEST_BYTES))) return undefined;
  const headerAt = MAGIC.length + LENGTH_BYTES;
  const envelopeAt = headerAt + content.readUInt32BE(MAGIC.length);
  const header = readHeader(content.toString("utf8", headerAt, envelopeAt));
  if (header === undefined) return undefined;
  const { envelopeBytes, validator, floor } = header;
  const bundleAt = envelopeAt + envelopeBytes;
  return { envelope: bytesAt(content, envelopeAt, bundleAt), bundle: bytesAt(content, bundleAt), validator, floor };
}

/** The digest says that these are the bytes of somebody's `encodeStoredBundle`, not of whose. */
function readHeader(json: string): Header | undefined {
  try {
    const { envelopeBytes, validator, floor } = JSON.parse(json) as Header;
    const numbers = [envelopeBytes, floor.epoch, floor.version];
    const texts = [floor.sha256, validator ?? ""];
    const isOurs = numbers.every(Number.isSafeInteger) && texts.every((text) => typeof text === "string");
    return isOurs && envelopeBytes >= 0 ? { envelopeBytes, validator, floor } : undefined;
  } catch {
    return undefined;
  }
}

function digestOf(content: Buffer): Buffer {
  return createHash("sha256").update(content).digest();
}

function bytesAt(content: Buffer, from: number, to?: number): Uint8Array {
  return new Uint8Array(content.subarray(from, to));
}
