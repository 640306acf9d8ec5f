/** What a server hands to a page: how flags resolved for one context, without the context and without rules. @module */
import type { ErrorCode, Fallthrough, JsonObject, Reason } from "@aplomb/core";

/** What is needed to say later that a unit really met an outcome: the serialised exposure, without its time. */
export interface ExposureToken {
  readonly rule: string;
  readonly assignmentId: string;
  /** The unit, as hashed; empty for none. */
  readonly unit: string;
  readonly unitSelector: string;
  /** Absent for none. */
  readonly fallthroughs?: readonly Fallthrough[];
}

/** How one flag resolved. */
export interface SnapshotFlag {
  /** The variant's value as a whole; absent when the flag gave no variant. */
  readonly value?: JsonObject;
  /** The variant's name; absent for none. */
  readonly variant?: string;
  readonly reason: Reason;
  readonly errorCode?: ErrorCode;
  /** Absent when there is nothing to expose. */
  readonly exposure?: ExposureToken;
}

/** Flags as a server resolved them: plain JSON, made by `createSnapshot` of `@aplomb/react/server`. */
export interface FlagSnapshot {
  /** The bundle that was evaluated; 0 for none. */
  readonly bundleVersion: number;
  /** Lower-case hex SHA-256 of that bundle; empty for none. */
  readonly bundleId: string;
  /** By flag key, without paths. */
  readonly flags: Readonly<Record<string, SnapshotFlag>>;
}
