/** Wires the sticky store of one client: what reads use, and what is looked up ahead of them. @module */
import type { EvaluationContext } from "@aplomb/core";
import type { ClientParts } from "./client-parts.js";
import type { PrepareOptions } from "./flag-client.js";
import { createOwnPreparation } from "./read/own-preparation.js";
import type { Preparation } from "./read/preparation.js";
import { createStickyReads, type StickyReads } from "./read/sticky-reads.js";

const TIMEOUT_MS = 5_000;

/** The sticky store of a client, put to use. */
export interface Stickiness {
  /** Absent without a store. */
  readonly reads: StickyReads | undefined;
  /** What was looked up for the client's own context; only where the client does that by itself. */
  readonly own: () => Preparation | undefined;
  /** The client's context is another. */
  contextChanged(): void;
  /** The consent is another: stores what has waited for it, or forgets what is kept on this device. */
  consentChanged(): void;
  /** Resolves when nothing is being looked up for the client's own context; undefined when nothing is. */
  settled(): Promise<void> | undefined;
  /** Looks up what flags need in the client's context with some attributes of its own. Never rejects. */
  prepare(own: EvaluationContext | undefined, options: PrepareOptions): Promise<Preparation | undefined>;
}

/**
 * Puts the client's sticky store to use.
 *
 * @param context - The client's context, as it is now.
 */
export function createStickiness(parts: ClientParts, context: () => EvaluationContext): Stickiness {
  const { cell, emitter, warn, settings, status, consent } = parts;
  const { host, options } = settings;
  const store = options.stickyStore;
  const reads = store && createStickyReads(store, host.clock, consent, (error) => warn("STICKY", String(error)));
  const changed = (): void => emitter.emit("changed", undefined);
  const isOver = (): boolean => status.current.state === "CLOSED";
  const ownParts = reads && { sticky: reads, cell, clock: host.clock, context, changed, isOver };
  const own = ownParts && host.preparesItself ? createOwnPreparation(ownParts) : undefined;
  if (own) emitter.on("configurationChanged", () => void own.renew());
  return {
    reads,
    own: () => own?.current,
    contextChanged: () => void own?.renew(),
    consentChanged: () => reads?.consentChanged(),
    settled: () => own?.settled(),
    async prepare(added, { timeoutMs = TIMEOUT_MS, flags }) {
      if (!reads || !cell.current) return undefined;
      try {
        return await reads.prepare(cell.current.flagSet, { ...context(), ...added }, flags, timeoutMs);
      } catch (error) {
        warn("read", `a context cannot be read: ${String(error)}`);
        return undefined;
      }
    },
  };
}
