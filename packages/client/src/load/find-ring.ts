/** Finds the ring of this installation. @module */
import { EVERYBODY } from "@aplomb/core/reading";
import { bytesToHex, ringOf } from "@aplomb/core/updating";
import type { BundleStore } from "../bundle-store.js";
import type { Clock } from "../clock.js";
import { within } from "../within.js";

const ID_BYTES = 16;
/** How long a store may take; a client without an answer is in no early ring. */
const STORE_MS = 2_000;

/** What finding a ring needs. */
export interface FindRingParts {
  readonly store?: BundleStore | undefined;
  readonly audience: string;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly clock: Clock;
  /** Told why an installation without a usable id is in no early ring. */
  readonly warn: (reason: string) => void;
}

/**
 * The ring that the store's install id falls into, made now if there is none. The id goes nowhere: only the number of the
 * ring is seen outside, in the address that is asked.
 *
 * Without a store that keeps an id, or with one that fails, the ring is everybody's: an id that changed with each run would
 * put a client now into an early ring, now into a late one. Never rejects.
 */
export async function findRing({ store, audience, randomBytes, clock, warn }: FindRingParts): Promise<number> {
  let why: unknown = "";
  try {
    const fresh = bytesToHex(randomBytes(ID_BYTES));
    const installId = await (store?.installId && within(store.installId(fresh), STORE_MS, clock));
    if (installId !== undefined) return ringOf(installId, audience);
  } catch (error) {
    why = error;
  }
  warn(`no store keeps an install id, so no early ring ${String(why)}`);
  return EVERYBODY;
}
