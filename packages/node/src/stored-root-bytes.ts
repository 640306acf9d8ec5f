/** The bytes of stored roots: JSON, because they are few and small; every envelope is signed anyway. @module */
import type { StoredRoot } from "@aplomb/client";

/** Writes roots. */
export function encodeStoredRoots(roots: readonly StoredRoot[]): Uint8Array {
  const written = roots.map(({ version, envelope }) => ({
    version,
    envelope: Buffer.from(envelope).toString("base64"),
  }));
  return Buffer.from(JSON.stringify({ roots: written }));
}

/** Reads roots; undefined if the bytes are not what was written. */
export function decodeStoredRoots(bytes: Uint8Array): readonly StoredRoot[] | undefined {
  try {
    const { roots } = JSON.parse(Buffer.from(bytes).toString()) as { roots: readonly unknown[] };
    return roots.map(rootOf);
  } catch {
    return undefined;
  }
}

function rootOf(written: unknown): StoredRoot {
  const { version, envelope } = written as Record<string, unknown>;
  if (typeof version !== "number" || typeof envelope !== "string") throw new TypeError("not a stored root");
  return { version, envelope: new Uint8Array(Buffer.from(envelope, "base64")) };
}
