/** Exposures of what a snapshot showed, held until a client can take them. @module */
import type { FlagReader } from "@aplomb/client";
import type { EvaluationDetails, Resolution } from "@aplomb/core";
import { sameValue } from "../same-value.js";

/** Exposures that wait for a client. */
export interface HeldExposures {
  /** Holds what was exposed; once, however often it is. */
  hold(details: EvaluationDetails): void;
  /**
   * Exposes what a reader answers in the same way, and forgets the rest: what the reader answers otherwise, by a newer bundle or in
   * another context, it cannot vouch for.
   */
  release(reader: FlagReader): void;
}

/** Holds nothing yet. */
export function createHeldExposures(): HeldExposures {
  const held = new Map<string, Resolution>();
  return {
    hold({ resolution }) {
      if (resolution?.shouldExpose) held.set(resolution.flagKey, resolution);
    },
    release(reader) {
      for (const [flagKey, resolution] of held) {
        const details = reader.peekDetails(flagKey, {});
        if (details.resolution && sameValue(identityOf(details.resolution), identityOf(resolution))) details.expose();
      }
      held.clear();
    },
  };
}

/** What makes two exposures of a flag the same one. */
function identityOf({ variant, rule, assignmentId, unit, unitSelector, fallthroughs }: Resolution): unknown {
  return { variant, rule, assignmentId, unit, unitSelector, fallthroughs };
}
