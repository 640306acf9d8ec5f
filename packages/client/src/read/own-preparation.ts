/** Keeps looked up what the client's own context needs, where nobody awaits a preparation: in pages. @module */
import type { EvaluationContext } from "@aplomb/core";
import type { BundleCell } from "../active-bundle.js";
import type { Clock } from "../clock.js";
import type { Preparation } from "./preparation.js";
import type { PrepareContext } from "./prepare-context.js";

const TIMEOUT_MS = 5_000;
const RETRY_MS = 10_000;
/** In an outage every page asks, so that each asks less and less: every five minutes at last. */
const MAX_DOUBLINGS = 5;

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
  readonly prepare: PrepareContext;
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
  const { prepare, cell, clock, context, changed, isOver } = parts;
  let current: Preparation | undefined;
  let latest = 0;
  let failures = 0;
  let running: Promise<void> | undefined;
  let cancel = (): void => {};

  async function lookUp(): Promise<void> {
    const mine = ++latest;
    cancel();
    const active = cell.current;
    if (!active || isOver()) return;
    const { preparation, isComplete } = await prepare(active, context(), undefined, TIMEOUT_MS);
    // Another context or bundle came meanwhile, and is looked up by then.
    if (mine !== latest) return;
    if (isComplete) failures = 0;
    else cancel = clock.setTimer(() => void renew(), RETRY_MS * 2 ** Math.min(failures++, MAX_DOUBLINGS));
    // What was known before may still hold; it knows for whom.
    if (!isComplete && current && !preparation.answers) return;
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
