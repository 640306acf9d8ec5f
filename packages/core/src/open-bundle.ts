/** Opens a verified bundle: indexes it now, decodes and compiles its flags when they are first used. @module */
import { type Bucketer, createBucketer } from "./bucket.js";
import { type BundleIndex, readBundle } from "./bundle/read-bundle.js";
import { readFlag, readSegment } from "./bundle/read-entry.js";
import { compileFlag } from "./compile/compile-flag.js";
import { compileSegment, type SegmentScope } from "./compile/compile-segment.js";
import type { CompiledFlag, CompiledSegment, SegmentBody } from "./compiled-flag.js";
import { isFlagError } from "./errors.js";
import { matchReferredSegment } from "./evaluate/match-segment.js";
import type { Diagnostic, FlagRead, FlagSet, OpenFlagSet } from "./flag-set.js";
import { type Limits, SERVICE_LIMITS } from "./limits.js";
import { createRun, fail, type Run, resetRun } from "./run.js";
import type { Verdict } from "./verdict.js";

/** What is known of a bundle beside its bytes. */
export interface OpenOptions {
  /** From the manifest. */
  readonly bundleVersion?: number;
  /** Lower-case hex SHA-256, from the manifest. */
  readonly bundleId?: string;
  /** Default: what services accept. */
  readonly limits?: Limits;
}

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
  const report = (entry: string, severity: Diagnostic["severity"], message: string): void => {
    if (diagnostics.length < MAX_DIAGNOSTICS) diagnostics.push({ entry, severity, message });
  };
  const scope = createScope(index, limits, report);
  const compile = (key: string, entry: Uint8Array): CompiledFlag =>
    attempt(
      () => compileFlag(key, readFlag(entry, limits), scope, (message) => report(key, "suspect", message)),
      (problem) => {
        report(key, "quarantined", problem);
        return { key, state: 0, problem, rules: [] };
      },
    );
  const flagSet: OpenFlagSet = {
    ...{ flagKeys: [...index.flags.keys()], flagCount: index.flags.size, usesSchedules: index.usesSchedules },
    ...{ bundleVersion: options.bundleVersion ?? 0, bundleId: options.bundleId ?? "", limits, diagnostics },
    ...{ flagEntries: index.flags, segmentEntries: index.segments, checkedContexts: new WeakSet<object>() },
    has: (key) => index.flags.has(key),
    ...createLookup(index, compile),
    ...createRuns(),
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
    if (known !== undefined) return known;
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

/** One run is kept for all evaluations; one inside another, from a context's getter, gets its own. */
function createRuns(): Pick<OpenFlagSet, "takeRun" | "giveBack"> {
  let idle: Run | undefined = createRun(matchReferredSegment);
  return {
    takeRun: () => {
      const run = idle ?? createRun(matchReferredSegment);
      idle = undefined;
      return run;
    },
    giveBack: (run) => {
      resetRun(run);
      idle = run;
    },
  };
}

/** Segments and bucketers, each made once. */
function createScope(
  index: BundleIndex,
  limits: Limits,
  report: (entry: string, severity: Diagnostic["severity"], message: string) => void,
): SegmentScope {
  const segments = new Map<string, CompiledSegment>();
  const bucketers = new Map<string, Bucketer>();
  const scope: SegmentScope = {
    bucketerOf: (salt = index.allocationSalt) => getOrMake(bucketers, salt, () => createBucketer(salt)),
    segmentNamed: (id) => {
      const entry = index.segments.get(id);
      if (entry === undefined) return undefined;
      const compile = (): SegmentBody =>
        attempt(
          () => compileSegment(readSegment(entry, limits), scope),
          (problem) => {
            report(id, "quarantined", problem);
            return brokenSegment(id, problem);
          },
        );
      return getOrMake(segments, id, () => ({ id, body: undefined, compile }));
    },
  };
  return scope;
}

/** A segment that makes every flag that reaches it an error. */
function brokenSegment(id: string, problem: string): SegmentBody {
  const match = (run: Run): Verdict => fail(run, "PARSE_ERROR", `segment "${id}": ${problem}`);
  return { match, matchTargeting: match, refersToSegments: false, hasTargeting: true, hasAllocation: false };
}

/** What was made, or what stands in for it when its entry is bad. */
function attempt<T>(make: () => T, instead: (problem: string) => T): T {
  try {
    return make();
  } catch (error) {
    if (isFlagError(error)) return instead(error.message);
    throw error;
  }
}

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
