/** A loader for tests: a source and a store in memory, real signatures. @module */
import {
  type FlagErrorCode,
  type FlagSet,
  isFlagError,
  type Limits,
  openBundle,
  openRoot,
  SERVICE_LIMITS,
  verifyManifest,
} from "@aplomb/core";
import { createVirtualClock, type SealedBundle, verifyWithWebCrypto } from "@aplomb/testkit";
import type { BundleCell } from "../active-bundle.js";
import type { BundleStore, StoreContents } from "../bundle-store.js";
import { createLoader, type Loader } from "../load/loader.js";
import { createRootChain, type RootChain } from "../load/root-chain.js";
import { updating } from "../refresh/updating.js";
import { createMemorySource, type MemorySource } from "./memory-source.js";
import { AUDIENCE } from "./sealed-bundles.js";
import type { Era } from "./test-domain.js";

const { signal } = new AbortController();

/** A loader, and what a test needs around it. */
export interface TestLoader {
  readonly loader: Loader;
  readonly source: MemorySource;
  readonly cell: BundleCell;
  readonly roots: RootChain;
  /** What its store holds. */
  readonly contents: StoreContents;
  readonly warnings: readonly string[];
  /** Publishes a bundle and loads once: the code of the failure, or "ok". */
  load(sealed: SealedBundle): Promise<FlagErrorCode | "ok">;
  /** The version that answers; 0 for none. */
  version(): number;
}

/**
 * Makes a loader that pins a root, with a store that remembers.
 *
 * @param kept - What the store has from a life before.
 * @param opened - Gets each flag set before it is tried; to inject faults.
 * @param limits - Of the host that it stands for.
 */
export function createTestLoader(
  era: Pick<Era, "envelope">,
  kept: Partial<StoreContents> = {},
  opened: (flagSet: FlagSet) => FlagSet = (flagSet) => flagSet,
  limits: Limits = SERVICE_LIMITS,
): TestLoader {
  const source = createMemorySource();
  const contents = { bundles: [], envelopes: [], roots: [], ...kept } as {
    -readonly [K in keyof StoreContents]: StoreContents[K];
  };
  const store: BundleStore = {
    load: async () => contents,
    async save(_name, bundle) {
      contents.bundles = [bundle];
    },
    async saveRoots(_name, roots) {
      contents.roots = [...roots];
    },
  };
  const cell: BundleCell = { current: undefined };
  const roots = createRootChain(openRoot(era.envelope), verifyWithWebCrypto);
  const warnings: string[] = [];
  const loader = createLoader({
    ...{ cell, source, store, storeName: "test/api.test", clock: createVirtualClock(), roots },
    maxBundleBytes: limits.bundleBytes,
    digest: async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource)),
    openManifest: (envelope, floor) =>
      verifyManifest(
        envelope,
        { root: roots.current, audience: AUDIENCE },
        { floor, verifySignature: verifyWithWebCrypto },
      ),
    openBundle: (bytes) => opened(openBundle(bytes, { limits })),
    loadUpdating: async () => updating,
    activated: () => {},
    warn: (kind, error) => warnings.push(`${kind} ${isFlagError(error) ? error.code : error}`),
  });
  const load = async (sealed: SealedBundle): Promise<FlagErrorCode | "ok"> => {
    source.publish(sealed);
    try {
      await loader.load(signal);
      return "ok";
    } catch (error) {
      if (isFlagError(error)) return error.code;
      throw error;
    }
  };
  const version = (): number => cell.current?.manifest.version ?? 0;
  return { loader, load, source, cell, roots, contents, version, warnings };
}
