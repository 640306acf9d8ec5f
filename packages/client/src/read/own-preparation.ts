/** Keeps looked up what the client's own context needs, where nobody awaits a preparation: in pages. @module */
import type { EvaluationContext } from "@aplomb/core";
import type { BundleCell } from "../active-bundle.js";
import type { Clock } from "../clock.js";
import type { Preparation } from "./preparation.js";
import type { StickyReads } from "./sticky-reads.js";

const TIMEOUT_MS = 5_000;
const RETRY_MS = 10_000;

/** What was looked up for the client's own context. */
export interface OwnPreparation {
  readonly current: Preparation | undefined;
  /** Looks up anew: the context or the bundle is another. Resolves when that is done. Never rejects. */
  renew(): Promise<void>;
  /** Resolves when nothing is being looked up any more; undefined when nothing is. */
  settled(): Promise<void> | undefined;
}

/** What keeping prepared needs. */
export interface OwnPreparationParts {
  readonly sticky: StickyReads;
  readonly cell: BundleCell;
  readonly clock: Clock;
  readonly context: () => EvaluationContext;
  /** Told when reads may answer differently. */
  readonly changed: () => void;
  /** Whether nothing is to be looked up any more. */
  readonly isOver: () => boolean;
}

/** Begins with nothing looked up. */
export function createOwnPreparation(parts: OwnPreparationParts): OwnPreparation {
  const { sticky, cell, clock, context, changed, isOver } = parts;
  let current: Preparation | undefined;
  let latest = 0;
  let running: Promise<void> | undefined;
  let cancel = (): void => {};

  async function lookUp(): Promise<void> {
    const mine = ++latest;
    cancel();
    const flagSet = cell.current?.flagSet;
    if (!flagSet || isOver()) return;
    const preparation = await sticky.prepare(flagSet, context(), undefined, TIMEOUT_MS);
    // Another context or bundle came meanwhile, and is looked up by then.
    if (mine !== latest) return;
    if (!preparation) {
      cancel = clock.setTimer(() => void renew(), RETRY_MS);
      return;
    }
    current = preparation;
    changed();
  }

  function renew(): Promise<void> {
    const mine = lookUp().finally(() => {
      if (running === mine) running = undefined;
    });
    running = mine;
    return mine;
  }

  async function idle(): Promise<void> {
    while (running) await running;
  }

  return {
    get current() {
      return current;
    },
    renew,
    settled: () => running && idle(),
  };
}
