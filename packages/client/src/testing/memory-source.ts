/** A source in memory for client tests: serves sealed bundles, or fails on demand. @module */
import type { SealedBundle } from "@aplomb/testkit";
import type { RefreshSource } from "../refresh-source.js";
import { RequestError } from "../retry/request-error.js";

/** A source that a test feeds. */
export interface MemorySource extends RefreshSource {
  /** Serves a bundle from now on. */
  publish(sealed: SealedBundle): void;
  /** Fails from now on, or, with undefined, no longer. */
  fail(error: unknown): void;
  /** Gives a root from now on. */
  publishRoot(version: number, envelope: Uint8Array): void;
  /** The version of each root request so far. */
  readonly rootRequests: readonly number[];
  /** The validator of each manifest request so far. */
  readonly manifestRequests: readonly (string | undefined)[];
  /** The digest of each bundle request so far; those past all caches with an exclamation mark. */
  readonly bundleRequests: readonly string[];
}

/** Makes a source that has nothing yet. */
export function createMemorySource(): MemorySource {
  const manifestRequests: (string | undefined)[] = [];
  const bundleRequests: string[] = [];
  const rootRequests: number[] = [];
  const roots = new Map<number, Uint8Array>();
  let served: SealedBundle | undefined;
  let failure: unknown;
  const current = (): SealedBundle => {
    if (failure !== undefined) throw failure;
    if (!served) throw new Error("nothing is published");
    return served;
  };
  return {
    manifestRequests,
    bundleRequests,
    rootRequests,
    publishRoot: (version, envelope) => void roots.set(version, envelope),
    async fetchRoot(version) {
      rootRequests.push(version);
      const root = roots.get(version);
      if (!root) throw new RequestError("not found", { status: 404 });
      return root;
    },
    publish(sealed) {
      served = sealed;
    },
    fail(error) {
      failure = error;
    },
    async fetchManifest(validator) {
      manifestRequests.push(validator);
      const { manifest } = current();
      // Short: a test of ten thousand swaps keeps them all.
      const etag = `"${manifest.reduce((hash, byte) => Math.imul(hash ^ byte, 16_777_619), 0)}"`;
      return validator === etag ? undefined : { envelope: manifest, validator: etag };
    },
    async fetchBundle(sha256, _sizeBytes, reload) {
      bundleRequests.push(reload ? `${sha256}!` : sha256);
      return current().bundle;
    },
  };
}
