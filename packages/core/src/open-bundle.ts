/** Opens a verified bundle: indexes it now, decodes and compiles its flags when they are first used. @module */
import { type BundleIndex, readBundle } from "./bundle/read-bundle.js";
import { readFlag } from "./bundle/read-entry.js";
import { attempt, createScope, type Report } from "./bundle-scope.js";
import { compileFlag } from "./compile/compile-flag.js";
import type { CompiledFlag, RunCriteria } from "./compiled-flag.js";
import { matchReferredSegment, matchRuleSegment } from "./evaluate/match-segment.js";
import { inMaterialization } from "./evaluate/materialization.js";
import { gives } from "./evaluate/prerequisite.js";
import type { Diagnostic, FlagRead, FlagSet, OpenFlagSet } from "./flag-set.js";
import { type Limits, SERVICE_LIMITS } from "./limits.js";
import { createRun } from "./run.js";
import type { SegmentScope } from "./segment-scope.js";
import { createTextTable } from "./wire/text-table.js";

/** What is known of a bundle beside its bytes. */
export interface OpenOptions {
  /** From the manifest. */
  readonly bundleVersion?: number;
  /** Lower-case hex SHA-256, from the manifest. */
  readonly bundleId?: string;
  /** Default: what services accept. */
  readonly limits?: Limits;
}

const CRITERIA: RunCriteria = {
  inRuleSegment: matchRuleSegment,
  inSegment: matchReferredSegment,
  inMaterialization,
  gives,
};

/** Reads taken apart and kept; beyond, they are taken apart anew. */
const MAX_READS = 10_000;
const MAX_DIAGNOSTICS = 1_000;

/**
 * Opens a bundle whose bytes have been verified.
 *
 * @param bytes - Kept, not copied: must not change any more.
 * @throws FlagError MALFORMED, LIMIT or READER when the bundle as a whole cannot be read. What is wrong inside one
 * entry sets that entry aside, with a diagnostic, when it is first used.
 * @example evaluate(openBundle(bytes), "checkout.enabled", false, { targetingKey: "user-1" }).value
 */
export function openBundle(bytes: Uint8Array, options: OpenOptions = {}): FlagSet {
  const limits = options.limits ?? SERVICE_LIMITS;
  const index = readBundle(bytes, limits);
  const diagnostics: Diagnostic[] = [];
  const report: Report = (entry, severity, message) => {
    if (diagnostics.length < MAX_DIAGNOSTICS) diagnostics.push({ entry, severity, message });
  };
  const texts = createTextTable();
  const scope: SegmentScope = {
    ...createScope(index, limits, report, () => scope, texts),
    flagNamed: (key) => lookup.flagNamed(key),
  };
  const compile = (key: string, entry: Uint8Array): CompiledFlag =>
    attempt(
      () => compileFlag(key, readFlag(entry, limits, texts), scope, (message) => report(key, "suspect", message)),
      (problem) => {
        report(key, "quarantined", problem);
        return { key, state: 0, problem, rules: [], unitPath: undefined };
      },
    );
  let flagKeys: readonly string[] | undefined;
  const lookup = createLookup(index, compile);
  const flagSet: OpenFlagSet = {
    get flagKeys() {
      flagKeys ??= [...index.flags.keys()];
      return flagKeys;
    },
    flagCount: index.flags.size,
    bundleVersion: options.bundleVersion ?? 0,
    bundleId: options.bundleId ?? "",
    usesSchedules: index.usesSchedules,
    has: (key) => typeof key === "string" && index.flags.has(key),
    diagnostics,
    flagEntries: index.flags,
    segmentEntries: index.segments,
    filterEntries: index.bloomFilters,
    limits,
    scope,
    allocationSalt: index.allocationSalt,
    flagNamed: lookup.flagNamed,
    readOf: lookup.readOf,
    spareRun: createRun(CRITERIA),
  };
  return flagSet;
}

/** Compiled flags by key, and reads of keys with paths. */
function createLookup(
  index: BundleIndex,
  compile: (key: string, entry: Uint8Array) => CompiledFlag,
): Pick<OpenFlagSet, "flagNamed" | "readOf"> {
  const flags = new Map<string, CompiledFlag>();
  const reads = new Map<string, FlagRead>();
  const flagNamed = (key: string): CompiledFlag | undefined => {
    const known = flags.get(key);
    if (known !== undefined || typeof key !== "string") return known;
    const entry = index.flags.get(key);
    if (entry === undefined) return undefined;
    const flag = compile(key, entry);
    flags.set(key, flag);
    return flag;
  };
  const readOf = (key: string): FlagRead | undefined => {
    const known = reads.get(key);
    if (known !== undefined || typeof key !== "string") return known;
    const [flagKey = "", ...path] = key.split(".");
    const flag = flagNamed(flagKey);
    if (flag === undefined) return undefined;
    const read: FlagRead = { flag, path, values: [] };
    if (reads.size >= MAX_READS) reads.clear();
    reads.set(key, read);
    return read;
  };
  return { flagNamed, readOf };
}
