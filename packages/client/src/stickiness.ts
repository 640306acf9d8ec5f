/** Wires what is looked up ahead of reads: the sticky store of one client, and the flags that the endpoint resolves. @module */
import type { EvaluationContext } from "@aplomb/core";
import { remoteFlagsOf } from "@aplomb/core/reading";
import type { ClientParts } from "./client-parts.js";
import type { PrepareOptions } from "./flag-client.js";
import { createOwnPreparation } from "./read/own-preparation.js";
import type { Preparation } from "./read/preparation.js";
import { createPrepareContext } from "./read/prepare-context.js";
import { createRemoteReads } from "./read/remote-reads.js";
import { createStickyReads, type StickyReads } from "./read/sticky-reads.js";
import type { RemoteFlags } from "./remote-flags.js";

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
 * Puts the client's sticky store to use, and the endpoint where a bundle leaves flags to it.
 *
 * @param context - The client's context, as it is now.
 */
export function createStickiness(parts: ClientParts, context: () => EvaluationContext): Stickiness {
  const { cell, emitter, warn, settings, status, consent } = parts;
  const { host, options } = settings;
  const store = options.stickyStore;
  const reads = store && createStickyReads(store, host.clock, consent, (error) => warn("STICKY", String(error)));
  const remote =
    host.openRemote &&
    createRemoteReads(
      () => openRemote(parts),
      (error) => warn("REMOTE", String(error)),
    );
  const prepare = createPrepareContext(reads, remote, () => host.clock.nowMs());
  const changed = (): void => emitter.emit("changed", undefined);
  const isOver = (): boolean => status.current.state === "CLOSED";
  const ownParts = { prepare, cell, clock: host.clock, context, changed, isOver };
  const own = host.preparesItself && (reads || remote) ? createOwnPreparation(ownParts) : undefined;
  const renew = (): void => {
    // Most bundles leave nothing to look up, and finding that out should cost nothing.
    if (own && (reads || own.current || (cell.current && remoteFlagsOf(cell.current.flagSet).length > 0)))
      void own.renew();
  };
  emitter.on("configurationChanged", renew);
  return {
    reads,
    own: () => own?.current,
    contextChanged: renew,
    consentChanged: () => reads?.consentChanged(),
    settled: () => own?.settled(),
    async prepare(added, { timeoutMs = TIMEOUT_MS, flags }) {
      if (!(reads || remote) || !cell.current) return undefined;
      try {
        return (await prepare(cell.current, { ...context(), ...added }, flags, timeoutMs)).preparation;
      } catch (error) {
        warn("read", `a context cannot be read: ${String(error)}`);
        return undefined;
      }
    },
  };
}

async function openRemote({ settings, access }: ClientParts): Promise<RemoteFlags> {
  const { host, options } = settings;
  const opened = await host.openRemote?.(host, access, options.sendAttributes ?? []);
  if (!opened) throw new Error("this host cannot ask the endpoint");
  return opened;
}
