/** Loads bundles: each step in order, and a failure at any of them leaves in place what was there. @module */
import type { FlagSet, Floor, Manifest } from "@aplomb/core";
import { equalBytes, FlagError } from "@aplomb/core/reading";
import type { ActiveBundle, BundleCell } from "../active-bundle.js";
import { isAbove } from "../bundle-store.js";
import type { RingCell } from "../host.js";
import type { RefreshSource } from "../refresh-source.js";
import type { LoadUpdating, Updating } from "../updating.js";
import { fetchBundle } from "./fetch-bundle.js";
import { createFetchManifest, type FetchedManifest } from "./fetch-manifest.js";
import { createKeeper, type KeeperParts } from "./keeper.js";
import { type Candidate, type OpenParts, restoreBundle } from "./restore-bundle.js";
import type { RootChain } from "./root-chain.js";

/** What loading needs. */
export interface LoaderParts extends OpenParts, KeeperParts {
  readonly cell: BundleCell;
  readonly source: RefreshSource;
  /** Absent where nobody's signature is asked for. */
  readonly roots: RootChain | undefined;
  /** Absent: in no early ring. What was active once, in whatever ring, is restored all the same. */
  readonly ring?: RingCell | undefined;
  /** A manifest that names a larger bundle is refused before the download. */
  readonly maxBundleBytes: number;
  /** Loads what an update needs. */
  readonly loadUpdating: LoadUpdating;
  /** Called after each swap; where there was a bundle before, with what an update needs. */
  readonly activated: (next: ActiveBundle, replaced?: Replaced) => void;
}

/** What was active before, and what tells how the next one differs. */
export interface Replaced {
  readonly active: ActiveBundle;
  readonly updating: Updating;
}

/** Gets bundles into the cell. */
export interface Loader {
  /** The version that the last load was asked to believe and did; 0 when it did not come that far. */
  readonly candidateVersion: number;
  /** Starts from what was kept or given. Never rejects. */
  restore(bootstrap: Candidate | undefined): Promise<void>;
  /**
   * Loads what the source has now: whether that was a newer version.
   *
   * @throws FlagError or RequestError; the active bundle stays.
   */
  load(signal: AbortSignal): Promise<boolean>;
}

/** Makes a loader. Loads must not overlap. */
export function createLoader(parts: LoaderParts): Loader {
  const { cell, source, roots, clock } = parts;
  const keeper = createKeeper(parts);
  const fetchManifest = createFetchManifest(
    { ...parts, keepRoots: () => keeper.keepRoots(roots?.added ?? []) },
    parts.loadUpdating,
  );
  let floor: Floor | undefined;
  let candidateVersion = 0;
  /** The last bundle that could not be activated: its bytes would fail again, unless they are now meant to have shrunk. */
  let refused: { readonly manifest: Manifest; readonly error: unknown } | undefined;

  function activate(next: ActiveBundle, replaced?: Replaced): void {
    cell.current = next;
    if (!floor || isAbove(next.manifest, floor)) floor = next.manifest;
    parts.activated(next, replaced);
  }

  /** Activates, then keeps, then stores the validator: one that is stored too early would pin a bad answer. */
  async function adopt(next: ActiveBundle, replaced: Replaced | undefined): Promise<void> {
    activate({ ...next, validator: undefined }, replaced);
    await keeper.keep(next);
    cell.current = next;
  }

  /** Takes a manifest for the bundle that is active. Under another version its flags are opened again: exposures name it. */
  async function confirm(replaced: Replaced, answer: FetchedManifest): Promise<void> {
    const { active } = replaced;
    const { manifest } = answer;
    const isOther = manifest.version !== active.manifest.version || manifest.epoch !== active.manifest.epoch;
    if (equalBytes(answer.envelope, active.envelope)) cell.current = { ...active, validator: answer.validator };
    else if (isOther)
      await adopt({ ...active, ...answer, flagSet: parts.openBundle(active.bytes, manifest) }, replaced);
    else if (manifest.freshUntilMs >= active.manifest.freshUntilMs) await adopt({ ...active, ...answer }, replaced);
  }

  return {
    get candidateVersion() {
      return candidateVersion;
    },
    async restore(bootstrap) {
      const { bundles, envelopes, roots: keptRoots } = await keeper.load();
      const passOver = (error: unknown): void => parts.warn("CACHE", error);
      await roots?.restore(keptRoots).catch(passOver);
      const kept = [...bundles, ...envelopes.map((envelope) => ({ envelope }))];
      const candidates: Candidate[] = kept.map((one) => ({ ...one, source: "store" }));
      if (bootstrap) candidates.push(bootstrap);
      const restored = await restoreBundle(candidates, parts, passOver);
      floor = restored.floor;
      if (restored.active) activate(restored.active);
    },
    async load(signal) {
      const active = cell.current;
      candidateVersion = 0;
      const answer = await fetchManifest(validatorOf(active, clock.nowMs()), floor, signal);
      if (!answer) return false;
      const { manifest } = answer;
      candidateVersion = manifest.version;
      const replaced = active && { active, updating: await parts.loadUpdating() };
      if (replaced && active.manifest.sha256 === manifest.sha256) {
        await confirm(replaced, answer);
        return isAbove(manifest, active.manifest);
      }
      if (refused && isSameCandidate(refused.manifest, manifest)) throw refused.error;
      if (manifest.sizeBytes > parts.maxBundleBytes) {
        throw new FlagError("LIMIT", `a bundle of ${manifest.sizeBytes} bytes; ${parts.maxBundleBytes} are the most`);
      }
      const bytes = await fetchBundle(manifest, source, parts.digest, signal);
      const flagSet = await openTried(parts, bytes, manifest, replaced, signal).catch((error) => {
        refused = { manifest, error };
        throw error;
      });
      if (signal.aborted) return false;
      await adopt({ flagSet, bytes, source: "network", ...answer }, replaced);
      return true;
    },
  };
}

/** Opens a bundle; where one is serving already, the new one must first prove itself on every flag. */
async function openTried(
  { openBundle, clock }: LoaderParts,
  bytes: Uint8Array,
  manifest: Manifest,
  replaced: Replaced | undefined,
  signal: AbortSignal,
): Promise<FlagSet> {
  const flagSet = openBundle(bytes, manifest);
  await replaced?.updating.tryOut(flagSet, manifest, replaced.active.flagSet, clock, signal);
  return flagSet;
}

/**
 * What to ask with. Nothing once the bundle is stale: "not changed" is no answer to that, and whoever had once slipped in
 * the validator of a later manifest could keep the client from it with the help of an honest endpoint.
 */
function validatorOf(active: ActiveBundle | undefined, nowMs: number): string | undefined {
  return active && nowMs <= active.manifest.freshUntilMs ? active.validator : undefined;
}

/** Whether a bundle would fail again: its bytes are the same, and it may not have lost more flags than before. */
function isSameCandidate(one: Manifest, other: Manifest): boolean {
  return one.sha256 === other.sha256 && one.allowShrink === other.allowShrink;
}
