/** Opens a manifest that may have been signed under roots this client has yet to see. @module */
import type { Floor, Manifest } from "@aplomb/core";
import { FlagError, isFlagError } from "@aplomb/core/reading";
import { claimedRootVersion } from "@aplomb/core/updating";
import type { RefreshSource } from "../refresh-source.js";
import type { RootChain } from "./root-chain.js";

/** How many roots are fetched in one refresh; the rest follow at the next. */
const MAX_ROOTS = 64;

/** What following needs. */
export interface FollowParts {
  readonly openManifest: (envelope: Uint8Array, floor: Floor | undefined) => Promise<Manifest>;
  /** Absent where nobody's signature is asked for. */
  readonly roots: RootChain | undefined;
  readonly source: RefreshSource;
  /** Keeps the chain; never rejects. */
  readonly keepRoots: () => Promise<void>;
}

/**
 * Opens a manifest that the newest known root did not vouch for. If it says that it was signed under a newer one, it is
 * opened again after the roots in between have been fetched, verified and kept, one by one.
 *
 * What it says of its root is not believed: it is only a reason to ask for roots, which are.
 *
 * @param error - Why it was not believed.
 * @throws That error; FlagError as `verifyManifest` does; ROOT when roots that it needs are not to be had; and what
 * `verifyNextRoot` throws for those that are.
 */
export async function openFollowingRoots(
  envelope: Uint8Array,
  floor: Floor | undefined,
  error: unknown,
  parts: FollowParts,
  signal: AbortSignal,
): Promise<Manifest> {
  const { roots } = parts;
  const claimed = roots ? claimedRootVersion(envelope) : 0;
  if (!roots || claimed <= roots.current.version) throw error;
  const missing = await fetchRoots(roots, claimed, parts, signal);
  return parts.openManifest(envelope, floor).catch((still) => Promise.reject(withReason(still, missing)));
}

/** Extends the chain up to a version; why it ends earlier, if it does. */
async function fetchRoots(
  roots: RootChain,
  upTo: number,
  { source, keepRoots }: FollowParts,
  signal: AbortSignal,
): Promise<string> {
  for (let fetched = 0; roots.current.version < upTo; fetched++) {
    if (fetched === MAX_ROOTS) return `more than ${MAX_ROOTS} roots lie between; the rest follow at the next refresh`;
    const version = roots.current.version + 1;
    let envelope: Uint8Array;
    try {
      if (!source.fetchRoot) return "the source has no roots";
      envelope = await source.fetchRoot(version, signal);
    } catch (error) {
      return `root ${version} could not be fetched: ${error instanceof Error ? error.message : String(error)}`;
    }
    await roots.add(envelope);
    await keepRoots();
  }
  return "";
}

/** The error, and why the roots that might have helped are not there. */
function withReason(error: unknown, missing: string): unknown {
  if (missing === "" || !isFlagError(error)) return error;
  const detail = error.message.slice(error.code.length + 2);
  return new FlagError(error.code, `${detail}; ${missing}`, { cause: error });
}
