/** A flag set: the flags of one verified bundle, each decoded and compiled when it is first used. @module */
import type { EntryIndex } from "./bundle/entry-index.js";
import type { CompiledFlag, Run } from "./compiled-flag.js";
import type { Limits } from "./limits.js";
import type { SegmentScope } from "./segment-scope.js";
import type { JsonValue } from "./value.js";

/** Something of a bundle that is wrong without making the whole bundle wrong. */
export interface Diagnostic {
  /** The flag's key or the segment's id. */
  readonly entry: string;
  /** An entry that is set aside gives its callers their defaults; one that is only suspect may never fail. */
  readonly severity: "quarantined" | "suspect";
  readonly message: string;
}

/** The flags of one bundle. Immutable to its users; swapped as a whole. */
export interface FlagSet {
  /** The keys, in the bundle's order. */
  readonly flagKeys: Iterable<string>;
  readonly flagCount: number;
  /** The version that the manifest gave the bundle; 0 when it was opened without one. */
  readonly bundleVersion: number;
  /** Lower-case hex SHA-256 of the bundle; empty when it was opened without one. */
  readonly bundleId: string;
  /** The context needs the attribute `$nowMs`. */
  readonly usesSchedules: boolean;
  has(flagKey: string): boolean;
  /** What has been found wrong so far: entries are looked at when they are first used. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A key as callers write it, taken apart, with the values it reads in each variant. */
export interface FlagRead {
  readonly flag: CompiledFlag;
  /** Empty for the value as a whole. */
  readonly path: readonly string[];
  /** What the path reads, by variant place; filled as variants are met. */
  readonly values: (JsonValue | undefined)[];
}

/** What the evaluator sees of a flag set. */
export interface OpenFlagSet extends FlagSet {
  /** Undecoded flags by key. */
  readonly flagEntries: EntryIndex;
  /** Undecoded segments by id. */
  readonly segmentEntries: EntryIndex;
  /** Undecoded bloom filters by materialized segment. */
  readonly filterEntries: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly limits: Limits;
  readonly scope: SegmentScope;
  readonly allocationSalt: string;
  /** The compiled flag of a key without path. */
  flagNamed(flagKey: string): CompiledFlag | undefined;
  /** The read of a key with or without path; undefined when there is no such flag. */
  readOf(key: string): FlagRead | undefined;
  /** The state of one evaluation after the other. */
  readonly spareRun: Run;
}
