/** What one shopper got of one flag, and the exposure that must come of it. @module */
import { bytesToHex, type EvaluationDetails, exposureOf, type JsonValue } from "@aplomb/core";

/** What one shopper got of one flag. JSON, so that a child process or a page can hand it over. */
export interface Outcome {
  /** The targeting key. */
  readonly shopper: string;
  readonly flag: string;
  /** "none" where the default was given. */
  readonly variant: string;
  readonly value: JsonValue;
  readonly reason: string;
  /** The exposure's id in lower-case hex; empty when there is nothing to expose. */
  readonly exposureId: string;
}

/** Who evaluated, and when. */
export interface OutcomeOptions {
  readonly shopper: string;
  readonly audience: string;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
}

/** The outcome of an evaluation that is exposed. */
export function outcomeOf(details: EvaluationDetails, { shopper, audience, atMs }: OutcomeOptions): Outcome {
  const { flagKey: flag, variant = "none", value, reason } = details;
  const exposure = exposureOf(details, { audience, atMs });
  return { shopper, flag, variant, value, reason, exposureId: exposure ? bytesToHex(exposure.exposureId) : "" };
}
