/** Reads a published manifest for what the endpoint must know of it: version, address and freshness. @module */
import { createHash } from "node:crypto";
import { EVERYBODY, MANIFEST_TYPE } from "@aplomb/core";
import { type Envelope, EnvelopeSchema, type Manifest, ManifestSchema } from "@aplomb/proto/trust";
import { fromBinary } from "@bufbuild/protobuf";
import type { PublishedManifest } from "../publication.js";

const strict = { readUnknownFields: false, recursionLimit: 8 } as const;

/** Opens the envelope without checking signatures: that is the clients' part, and they trust nobody here. */
function decode(bytes: Uint8Array): Manifest {
  let envelope: Envelope;
  try {
    envelope = fromBinary(EnvelopeSchema, bytes, strict);
  } catch (error) {
    throw new Error("the file is not a signed envelope", { cause: error });
  }
  if (envelope.payloadType !== MANIFEST_TYPE) {
    throw new Error(`the envelope holds "${envelope.payloadType.slice(0, 80)}", expected "${MANIFEST_TYPE}"`);
  }
  try {
    return fromBinary(ManifestSchema, envelope.payload, strict);
  } catch (error) {
    throw new Error("the envelope's payload is not a manifest", { cause: error });
  }
}

function safeNumber(value: bigint, field: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${field} ${value} is out of range`);
  return number;
}

/**
 * What a manifest file says.
 *
 * @param audience - The audience the file is published for; a manifest for another one is refused.
 * @param ring - The ring the file is published for; 0: everybody.
 * @throws Error that says what is wrong with the file.
 */
export function readManifest(audience: string, bytes: Uint8Array, ring: number = EVERYBODY): PublishedManifest {
  const manifest = decode(bytes);
  if (manifest.audience !== audience) {
    throw new Error(`the manifest is for the audience "${manifest.audience}", but it is published as "${audience}"`);
  }
  if (manifest.ring !== ring) {
    throw new Error(`the manifest is for ring ${manifest.ring}, but it is published for ring ${ring}`);
  }
  if (manifest.bundle?.sha256.length !== 32) throw new Error("the manifest names no bundle");
  const version = safeNumber(manifest.version, "version");
  if (version < 1) throw new Error("the manifest's version is 0; versions count from 1");
  return {
    audience,
    ring,
    bytes,
    etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 16)}"`,
    epoch: safeNumber(manifest.epoch, "epoch"),
    version,
    sha256: Buffer.from(manifest.bundle.sha256).toString("hex"),
    sizeBytes: safeNumber(manifest.bundle.sizeBytes, "size_bytes"),
    issuedAtMs: safeNumber(manifest.issuedAtMs, "issued_at_ms"),
    freshUntilMs: safeNumber(manifest.freshUntilMs, "fresh_until_ms"),
    remoteBundle: manifest.remoteBundle && {
      sha256: Buffer.from(manifest.remoteBundle.sha256).toString("hex"),
      sizeBytes: safeNumber(manifest.remoteBundle.sizeBytes, "size_bytes"),
    },
  };
}
