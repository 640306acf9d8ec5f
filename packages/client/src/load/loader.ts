/** Loads bundles: each step in order, and a failure at any of them leaves in place what was there. @module */
import type { FlagSet, Floor, Manifest } from "@aplomb/core";
import type { ActiveBundle, BundleCell } from "../active-bundle.js";
import { type BundleStore, isAbove } from "../bundle-store.js";
import type { Clock } from "../clock.js";
import type { RefreshSource } from "../refresh-source.js";
import { within } from "../within.js";
import { fetchBundle } from "./fetch-bundle.js";
import { type Candidate, type OpenParts, restoreBundle } from "./restore-bundle.js";
import { guardAgainstShrink } from "./shrink-guard.js";

/** How long a store may take before the client goes on without it. */
const STORE_MS = 2_000;

/** What loading needs. */
export interface LoaderParts extends OpenParts {
  readonly cell: BundleCell;
  readonly source: RefreshSource;
  readonly store: BundleStore | undefined;
  /** Under which name the store keeps the bundle. */
  readonly storeName: string;
  readonly clock: Clock;
  /** Called after each swap. */
  readonly activated: (next: ActiveBundle, previous: ActiveBundle | undefined) => void;
  /** Told of stored copies that do not hold, and of bundles that could not be stored. */
  readonly warn: (kind: "CACHE" | "PERSIST", error: unknown) => void;
}

/** Gets bundles into the cell. */
export interface Loader {
  /** The version that the last load was asked to believe and did; 0 when it did not come that far. */
  readonly candidateVersion: number;
  /** Starts from what was kept or given. Never rejects. */
  restore(bootstrap: Candidate | undefined): Promise<void>;
  /**
   * Loads what the source has now.
   *
   * @throws FlagError or RequestError; the active bundle stays.
   */
  load(signal: AbortSignal): Promise<void>;
}

/** Makes a loader. Loads must not overlap. */
export function createLoader(parts: LoaderParts): Loader {
  const { cell, source, store, storeName, clock } = parts;
  let floor: Floor | undefined;
  let candidateVersion = 0;
  /** The last bundle that could not be activated: its bytes would fail again. */
  let refused: { readonly sha256: string; readonly error: unknown } | undefined;

  function activate(next: ActiveBundle): void {
    const previous = cell.current;
    cell.current = next;
    if (!floor || isAbove(next.manifest, floor)) floor = next.manifest;
    parts.activated(next, previous);
  }

  function openGuarded(bytes: Uint8Array, manifest: Manifest): FlagSet {
    try {
      const flagSet = parts.openBundle(bytes, manifest);
      guardAgainstShrink(flagSet, manifest, cell.current?.flagSet);
      return flagSet;
    } catch (error) {
      refused = { sha256: manifest.sha256, error };
      throw error;
    }
  }

  async function keep({ manifest, envelope, bytes: bundle, validator }: ActiveBundle): Promise<void> {
    const { epoch, version, sha256 } = manifest;
    try {
      const saved = store?.save(storeName, { envelope, bundle, validator, floor: { epoch, version, sha256 } });
      if (saved) await within(saved, STORE_MS, clock);
    } catch (error) {
      parts.warn("PERSIST", error);
    }
  }

  /** Activates, then keeps, then stores the validator: one that is stored too early would pin a bad answer. */
  async function adopt(next: ActiveBundle): Promise<void> {
    activate({ ...next, validator: undefined });
    await keep(next);
    cell.current = next;
  }

  return {
    get candidateVersion() {
      return candidateVersion;
    },
    async restore(bootstrap) {
      const candidates = await storedCandidates(parts);
      if (bootstrap) candidates.push(bootstrap);
      const restored = await restoreBundle(candidates, parts, (error) => parts.warn("CACHE", error));
      floor = restored.floor;
      if (restored.active) activate(restored.active);
    },
    async load(signal) {
      const active = cell.current;
      candidateVersion = 0;
      const answer = await source.fetchManifest(active?.validator, signal);
      if (!answer) return;
      const manifest = await parts.openManifest(answer.envelope, floor);
      candidateVersion = manifest.version;
      if (active?.manifest.sha256 === manifest.sha256) return adopt({ ...active, ...answer, manifest });
      if (refused?.sha256 === manifest.sha256) throw refused.error;
      const bytes = await fetchBundle(manifest, source, parts.digest, signal);
      const flagSet = openGuarded(bytes, manifest);
      if (!signal.aborted) await adopt({ flagSet, manifest, bytes, source: "network", ...answer });
    },
  };
}

/** What the store has, or nothing if it fails or takes too long. */
async function storedCandidates({ store, storeName, clock, warn }: LoaderParts): Promise<Candidate[]> {
  try {
    const contents = store && (await within(store.load(storeName), STORE_MS, clock));
    if (!contents) return [];
    const source = "store";
    return [
      ...contents.bundles.map((stored) => ({ ...stored, source }) as const),
      ...contents.envelopes.map((envelope) => ({ envelope, source }) as const),
    ];
  } catch (error) {
    warn("CACHE", error);
    return [];
  }
}
