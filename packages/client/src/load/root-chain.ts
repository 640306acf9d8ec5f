/** The roots that a client believes: the pinned one, and those that followed it. @module */
import type { TrustedRoot, VerifySignature } from "@aplomb/core";
import { verifyNextRoot } from "@aplomb/core/reading";
import type { StoredRoot } from "../bundle-store.js";

/** A chain of roots; it only grows. */
export interface RootChain {
  /** The newest. */
  readonly current: TrustedRoot;
  /** All that came after the pinned one, oldest first. */
  readonly added: readonly StoredRoot[];
  /**
   * Believes the next root.
   *
   * @throws FlagError SIGNATURE, ROOT, MALFORMED or LIMIT; the chain stays as it was.
   */
  add(envelope: Uint8Array): Promise<void>;
  /**
   * Believes again what was kept, as far as it follows from the pinned root.
   *
   * @throws FlagError at the first that does not; those before it are believed.
   */
  restore(kept: readonly StoredRoot[]): Promise<void>;
}

/** Begins a chain. */
export function createRootChain(pinned: TrustedRoot, verifySignature: VerifySignature): RootChain {
  let current = pinned;
  const added: StoredRoot[] = [];
  const add = async (envelope: Uint8Array): Promise<void> => {
    current = await verifyNextRoot(envelope, current, verifySignature);
    added.push({ version: current.version, envelope });
  };
  return {
    get current() {
      return current;
    },
    added,
    add,
    async restore(kept) {
      // An application that was updated may pin a root that is newer than some of what was kept.
      for (const { version, envelope } of kept) if (version > current.version) await add(envelope);
    },
  };
}
