/** Stored bundles of which every byte follows from the version, so that a mixture would show. @module */
import type { StoreContents, StoredBundle } from "@aplomb/client";

const BUNDLE_BYTES = 65_536;
const VERSION_BYTES = 4;

/** The bundle of a version. */
export function storedBundle(version: number): StoredBundle {
  const envelope = new Uint8Array(VERSION_BYTES);
  new DataView(envelope.buffer).setUint32(0, version);
  const bundle = new Uint8Array(BUNDLE_BYTES).fill(version % 251);
  bundle.set(envelope);
  return { envelope, bundle, validator: `"${version}"`, floor: { epoch: 1, version, sha256: "ab".repeat(32) } };
}

/** Whether a bundle is one that was saved, to the last byte. */
export function isWhole(stored: StoredBundle): boolean {
  const { envelope, bundle, validator } = storedBundle(stored.floor.version);
  return (
    Buffer.from(stored.bundle).equals(bundle) &&
    Buffer.from(stored.envelope).equals(envelope) &&
    stored.validator === validator
  );
}

/** The highest version that a store knows of; 0 for none. */
export function floorOf({ envelopes: [envelope] }: StoreContents): number {
  return envelope ? new DataView(envelope.buffer, envelope.byteOffset).getUint32(0) : 0;
}
