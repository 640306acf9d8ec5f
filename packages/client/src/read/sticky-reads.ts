/** Looks up stored assignments before reads need them, and stores those that were exposed. @module */
import type { MaterializationRead, MaterializationRecord } from "@aplomb/core";
import type { Clock } from "../clock.js";
import type { Consent } from "../consent.js";
import type { StickyStore } from "../sticky-store.js";
import { within } from "../within.js";

/** The sticky store of a client, as reads use it. Nothing here rejects. */
export interface StickyReads {
  /** Looks assignments up. Undefined when the store failed or took too long: what needs it stays pending. */
  read(reads: readonly MaterializationRead[], timeoutMs: number): Promise<readonly MaterializationRecord[] | undefined>;
  /** Stores assignments; a failure is said, and the next exposure of the unit stores them again. */
  write(records: readonly MaterializationRecord[]): void;
  consentChanged(): void;
}

/** Assignments that wait for consent; beyond it, the oldest are not stored. */
const WAITING_MAX = 1_000;

/** Puts a store to use. */
export function createStickyReads(
  store: StickyStore,
  clock: Clock,
  consent: Consent,
  failed: (error: unknown) => void,
): StickyReads {
  let waiting: readonly MaterializationRecord[] = [];

  /** Turns what a store throws into what it rejects with, and that into a line in the log. */
  async function attempt(work: () => Promise<void> | undefined): Promise<void> {
    try {
      await work();
    } catch (error) {
      failed(error);
    }
  }

  return {
    async read(reads, timeoutMs) {
      if (reads.length === 0) return [];
      try {
        const records = await within(store.read(reads), timeoutMs, clock);
        if (records !== undefined) return [...records];
        failed(new Error(`the sticky store did not answer within ${timeoutMs} ms`));
      } catch (error) {
        failed(error);
      }
      return undefined;
    },
    write(records) {
      if (consent.state === "granted") void attempt(() => store.write(records));
      else if (consent.state === "pending") waiting = [...waiting, ...records].slice(-WAITING_MAX);
    },
    consentChanged() {
      const records = waiting;
      if (consent.state !== "pending") waiting = [];
      if (consent.state === "granted" && records.length > 0) void attempt(() => store.write(records));
      if (consent.state === "denied") void attempt(() => store.clear?.());
    },
  };
}
