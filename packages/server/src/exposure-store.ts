/** Where exposures are kept: what any database must do for the endpoint. @module */
import type { Exposure, JsonObject } from "@aplomb/core";

/** Something the application measured, as it is stored. */
export interface TrackedEvent {
  /** 16 bytes. */
  readonly eventId: Uint8Array;
  readonly name: string;
  readonly unit: string;
  readonly value: number | undefined;
  readonly properties: JsonObject;
  /** Milliseconds since 1970 UTC, by the client's clock. */
  readonly trackedAtMs: number;
}

/** What an instance said of its bundle. Version 0 stands for none. */
export interface ReportedStatus {
  readonly epoch: number;
  readonly version: number;
  /** Lower-case hex; empty for none. */
  readonly sha256: string;
  /** How long ago the active bundle was last confirmed. */
  readonly ageMs: number;
  readonly rejectedVersion: number;
  readonly rejectedCode: string;
  readonly quarantinedFlags: readonly string[];
}

/** An exposure that no evaluation can have led to, and why. It is kept, but never among the others. */
export interface ImplausibleExposure {
  readonly exposure: Exposure;
  /** What is wrong with it: a code such as "wrong_bucket". */
  readonly code: string;
}

/** A checked batch: every row in it is to be stored. */
export interface CheckedBatch {
  readonly audience: string;
  /** The name of the client whose key it came with. */
  readonly client: string;
  /** 16 bytes; an audience stores a batch id once. */
  readonly batchId: Uint8Array;
  /** 16 bytes. */
  readonly instanceId: Uint8Array;
  /** 0 when the batch carries no records. */
  readonly sequenceFirst: number;
  readonly sequenceLast: number;
  /** Milliseconds since 1970 UTC, by the client's clock. */
  readonly createdAtMs: number;
  /** Milliseconds since 1970 UTC, by the endpoint's clock. */
  readonly receivedAtMs: number;
  readonly sdk: string;
  readonly status: ReportedStatus | undefined;
  /** Cumulative since the instance started. */
  readonly losses: readonly { readonly reason: string; readonly count: number }[];
  readonly exposures: readonly Exposure[];
  readonly trackEvents: readonly TrackedEvent[];
  /** What is kept apart. */
  readonly quarantine: readonly ImplausibleExposure[];
}

/** How many rows a batch writes, roughly. */
export function rowsIn({ exposures, trackEvents, quarantine }: CheckedBatch): number {
  return exposures.length + trackEvents.length + quarantine.length;
}

/** What storing a batch came to. A known batch id changes nothing: all counts are 0. */
export interface StoreOutcome {
  readonly duplicate: boolean;
  /** Exposures that were not known before. */
  readonly newExposures: number;
  /** Exposures that were known: only the times and the count of their row changed. */
  readonly knownExposures: number;
  readonly newTrackEvents: number;
}

/** One row: an exposure, however often and from wherever it was reported. */
export interface StoredExposure extends Omit<Exposure, "exposedAtMs"> {
  readonly audience: string;
  readonly firstExposedAtMs: number;
  readonly lastExposedAtMs: number;
  readonly timesReported: number;
  /** When the first report was received, by the endpoint's clock. */
  readonly receivedAtMs: number;
  /** Name and version of the SDK that reported it first; empty where that was not kept. */
  readonly sdk: string;
  /** Name of the client whose key the first report came with; empty where that was not kept. */
  readonly client: string;
}

/** Which exposures are meant; a condition that is left out does not restrict. */
export interface ExposureFilter {
  readonly audience?: string;
  readonly flag?: string;
  /** The first UTC day, as YYYY-MM-DD. */
  readonly fromDay?: string;
  /** The last UTC day, as YYYY-MM-DD. */
  readonly toDay?: string;
}

/** Which tracked events are meant; days are those on which they were tracked. */
export type TrackEventFilter = Pick<ExposureFilter, "audience" | "fromDay" | "toDay">;

/** How many exposures one outcome has on one day, for one bundle version. */
export interface ExposureTotal {
  readonly flag: string;
  /** Empty: passed on by every rule. */
  readonly rule: string;
  /** Empty: the caller's default. */
  readonly variant: string;
  readonly bundleVersion: number;
  /** Rows that were first reported under this version. Within one day a unit counts once for each outcome it met. */
  readonly exposures: number;
  /** Reports under this version, repeats included. */
  readonly reports: number;
}

/** Which split a rule of a flag has. */
export interface RuleSplit {
  readonly flag: string;
  readonly rule: string;
  /** Differs whenever a unit could fall elsewhere. */
  readonly fingerprint: string;
}

/** A split, and when it took effect. */
export interface SplitStart extends RuleSplit {
  readonly sinceVersion: number;
  /** Milliseconds since 1970 UTC, by the endpoint's clock; 0 when the rule has never had another split. */
  readonly changedAtMs: number;
}

/** The instances of an audience that were heard lately. */
export interface InstanceSummary {
  readonly instances: number;
  /** By the version they run, in ascending order; version 0 stands for none. */
  readonly versions: readonly { readonly version: number; readonly instances: number }[];
  /** By version and code, the most frequent first. */
  readonly rejections: readonly { readonly version: number; readonly code: string; readonly instances: number }[];
  /** Records that instances dropped, by reason. */
  readonly losses: readonly { readonly reason: string; readonly count: number }[];
  /** Records missing from instances' sequences: sealed but never received. */
  readonly missingRecords: number;
}

/** What one instance said last. */
export interface InstanceReport {
  /** 32 lower-case hex digits, drawn by the instance when it started. */
  readonly instanceId: string;
  readonly sdk: string;
  /** Milliseconds since 1970 UTC, by the endpoint's clock. */
  readonly lastHeardAtMs: number;
  /** The version it runs; 0 for none. */
  readonly version: number;
  /** Lower-case hex; empty for none. */
  readonly sha256: string;
  /** How long before its last status its bundle had been confirmed, in milliseconds. */
  readonly ageMs: number;
  /** 0 for none. */
  readonly rejectedVersion: number;
  readonly rejectedCode: string;
  readonly quarantinedFlags: readonly string[];
  /** Records that it dropped. */
  readonly lost: number;
  /** Records missing from its sequence: sealed but never received. */
  readonly missingRecords: number;
}

/**
 * Exposures, events and what instances report. Methods reject when the database cannot do its part;
 * what was acknowledged is on disk.
 */
export interface ExposureStore {
  /** Stores a batch as a whole or not at all, synced before it resolves; a batch id that is known changes nothing. */
  storeBatch(batch: CheckedBatch): Promise<StoreOutcome>;
  /** Exposures in the order of their day and id, read in pages: writing goes on meanwhile. */
  readExposures(filter?: ExposureFilter): AsyncIterable<StoredExposure>;
  /** Tracked events of an audience, in the order they were received. */
  readTrackEvents(filter?: TrackEventFilter): AsyncIterable<TrackedEvent & { readonly audience: string }>;
  /** Counts of one UTC day. Costs the number of outcomes, not of exposures. */
  totals(audience: string, windowDay: string): Promise<readonly ExposureTotal[]>;
  /** Keeps which splits are in force; a split that differs from the kept one starts now. Answers the splits as kept. */
  noteSplits(
    audience: string,
    splits: readonly RuleSplit[],
    now: { readonly version: number; readonly atMs: number },
  ): Promise<readonly SplitStart[]>;
  /** What instances said that were heard since a moment, by the endpoint's clock. */
  instances(audience: string, sinceMs: number): Promise<InstanceSummary>;
  /**
   * What single instances said that were heard since a moment: those that refuse, lose or miss something first, then those heard last.
   *
   * @param limit - At most this many.
   */
  instanceReports(audience: string, sinceMs: number, limit: number): Promise<readonly InstanceReport[]>;
  /** Forgets batch ids received before a moment; batches that old are refused anyway. Answers how many. */
  forgetBatches(beforeMs: number): Promise<number>;
  /**
   * Forgets exposures, also those that were kept apart, totals, tracked events and silent instances of the days before a UTC day, given as YYYY-MM-DD.
   * Answers how many days of exposures went.
   */
  forgetDays(beforeDay: string): Promise<number>;
  /** Resolves when a write was synced. */
  check(): Promise<void>;
  /** Finishes what is waiting, then closes. Idempotent; later calls of other methods reject. */
  close(): Promise<void>;
}
