/** An exposure: that a unit really met the outcome of a flag. @module */
import type { Fallthrough } from "./details.js";

/** One exposure, as it is sent. Its identity is every field but bundleVersion and exposedAtMs. */
export interface Exposure {
  /** The flag's key, without a path. */
  readonly flag: string;
  /** The variant's name; empty for a client default or fallthroughs only. */
  readonly variant: string;
  readonly rule: string;
  readonly assignmentId: string;
  readonly unitSelector: string;
  /** The unit, as hashed; empty for none. */
  readonly unit: string;
  readonly fallthroughs: readonly Fallthrough[];
  readonly bundleVersion: number;
  /** Milliseconds since 1970 UTC, by the client's clock. */
  readonly exposedAtMs: number;
  /** The UTC day of exposedAtMs, as YYYY-MM-DD. */
  readonly windowDay: string;
  /** 16 bytes; see `exposureIdOf`. */
  readonly exposureId: Uint8Array;
}
