/** Tells repeats of an exposure apart: least recently met out first, and none remembered for ever. @module */
import type { Fallthrough, Resolution } from "../details.js";
import { createRecencyRing, type Linked } from "./recency-ring.js";

/**
 * The exposures of one process that were met lately.
 *
 * Compares field by field instead of making a key: what repeats most, a unit that reads the same flags again and again,
 * costs two look-ups and no memory.
 */
export interface ExposureWindow {
  /**
   * Whether an exposure is new, or was last admitted a window ago. Admits it if so.
   *
   * @param atMs - By a clock that never steps back.
   */
  admit(resolution: Resolution, atMs: number): boolean;
  /** Makes an exposure new again: it was lost. */
  forget(resolution: Resolution): void;
  readonly size: number;
}

/** An exposure that was admitted: its identity, when that was, and its place. */
interface Seen extends Linked<Seen>, Identity {
  atMs: number;
  /** The next one of the same flag and unit. */
  sibling: Seen | undefined;
}

type Identity = Pick<
  Resolution,
  "flagKey" | "variant" | "rule" | "assignmentId" | "unitSelector" | "unit" | "fallthroughs"
>;

/**
 * Makes an empty window.
 *
 * @param capacity - Exposures remembered at most.
 * @param ttlMs - How long one is remembered after it was admitted; repeats do not prolong it.
 */
export function createExposureWindow(capacity: number, ttlMs: number): ExposureWindow {
  const byFlag = new Map<string, Map<string, Seen>>();
  const ring = createRecencyRing<Seen>(seenAt(NOBODY, 0, undefined));
  let size = 0;

  const find = (identity: Identity): Seen | undefined => {
    let seen = byFlag.get(identity.flagKey)?.get(identity.unit);
    while (seen !== undefined && !isSame(seen, identity)) seen = seen.sibling;
    return seen;
  };

  const remove = (seen: Seen): void => {
    ring.remove(seen);
    size--;
    const ofFlag = byFlag.get(seen.flagKey);
    const rest = without(seen, ofFlag?.get(seen.unit));
    if (rest) ofFlag?.set(seen.unit, rest);
    else if (ofFlag && ofFlag.size > 1) ofFlag.delete(seen.unit);
    else byFlag.delete(seen.flagKey);
  };

  const insert = (identity: Identity, atMs: number): void => {
    const ofFlag = byFlag.get(identity.flagKey) ?? new Map<string, Seen>();
    const seen = seenAt(identity, atMs, ofFlag.get(identity.unit));
    byFlag.set(identity.flagKey, ofFlag.set(identity.unit, seen));
    ring.add(seen);
    if (++size > capacity) remove(ring.oldest);
  };

  return {
    admit(resolution, atMs) {
      const seen = find(resolution);
      if (seen === undefined) {
        insert(resolution, atMs);
        return true;
      }
      ring.touch(seen);
      if (atMs - seen.atMs < ttlMs) return false;
      seen.atMs = atMs;
      return true;
    },
    forget(resolution) {
      const seen = find(resolution);
      if (seen !== undefined) remove(seen);
    },
    get size() {
      return size;
    },
  };
}

const NOBODY: Identity = {
  flagKey: "",
  variant: "",
  rule: "",
  assignmentId: "",
  unitSelector: "",
  unit: "",
  fallthroughs: [],
};

/** Written out field by field: an object made by spreading is ten times slower to make and to read. */
function seenAt(identity: Identity, atMs: number, sibling: Seen | undefined): Seen {
  const { flagKey, variant, rule, assignmentId, unitSelector, unit, fallthroughs } = identity;
  const seen = {
    flagKey,
    variant,
    rule,
    assignmentId,
    unitSelector,
    unit,
    fallthroughs,
    atMs,
    sibling,
    newer: undefined,
    older: undefined,
  };
  return seen as unknown as Seen;
}

/** A chain of siblings without one of them. */
function without(seen: Seen, first: Seen | undefined): Seen | undefined {
  if (first === seen) return seen.sibling;
  let before = first;
  while (before && before.sibling !== seen) before = before.sibling;
  if (before) before.sibling = seen.sibling;
  return first;
}

function isSame(one: Identity, other: Identity): boolean {
  return (
    one.variant === other.variant &&
    one.assignmentId === other.assignmentId &&
    one.rule === other.rule &&
    one.unitSelector === other.unitSelector &&
    sameFallthroughs(one.fallthroughs, other.fallthroughs)
  );
}

function sameFallthroughs(some: readonly Fallthrough[], others: readonly Fallthrough[]): boolean {
  if (some.length !== others.length) return false;
  for (let place = 0; place < some.length; place++) {
    const [one, other] = [some[place], others[place]];
    if (one?.rule !== other?.rule || one?.assignmentId !== other?.assignmentId) return false;
    if (one?.unit !== other?.unit || one?.unitSelector !== other?.unitSelector) return false;
  }
  return true;
}
