/** What the console shows, as JSON: audiences, and the live exposures of one of them. @module */
import { windowDayOf } from "@aplomb/core";
import type { Clock } from "../clock.js";
import type { Gate } from "../credential.js";
import type { ExposureTotal, InstanceSummary, SplitStart } from "../exposure-store.js";
import type { Publication } from "../publication.js";
import { type FlagView, type FlagViews, splitKey } from "./follow-flags.js";
import {
  mismatchBelow,
  type ObservedShare,
  type ShareInterval,
  sampleRatioPValue,
  shareInterval,
} from "./sample-ratio.js";
import type { ReportStore } from "./spared-store.js";
import type { Split } from "./split.js";

/** An instance that was heard within this time is running. */
export const heardWithinMs: number = 5 * 60_000;
/** Below this many expected, counts that fit say little. */
const minExpected = 5;

/** An audience, and what is published for it. */
export interface AudienceLine {
  readonly name: string;
  /** "closed": no credential names it, so nobody can read it. */
  readonly access: "public" | "private" | "closed";
  /** Absent where nothing is published. */
  readonly published?: {
    readonly epoch: number;
    readonly version: number;
    readonly sha256: string;
    readonly sizeBytes: number;
    readonly issuedAtMs: number;
    readonly freshUntilMs: number;
    readonly flags: number;
  };
}

/**
 * How the counts of a rule stand to its split. "collecting": nothing against it, of too few yet. "settling": the split changed today, and units seen before
 * the change are not sent again until tomorrow. "single": one outcome, nothing to compare. "past": not a rule of this bundle.
 */
export type SplitHealth = "healthy" | "mismatch" | "collecting" | "settling" | "single" | "past";

/** One outcome of a rule, and what was counted. */
export interface OutcomeCount {
  /** Empty for the caller's default. */
  readonly variant: string;
  /** The expected share; 0 for an outcome that the split does not have. */
  readonly share: number;
  readonly exposures: number;
  /** The shares that the counts do not speak against; absent where there is nothing to compare. */
  readonly interval?: ShareInterval;
}

/** The live counts of one rule. */
export interface RuleCounts {
  readonly flag: string;
  readonly rule: string;
  readonly outcomes: readonly OutcomeCount[];
  /** Counted since this version; 0 for all of the day. */
  readonly sinceVersion: number;
  /** Exposures of the day under earlier splits: not counted in the outcomes. */
  readonly earlierExposures: number;
  readonly health: SplitHealth;
  readonly pValue: number | undefined;
}

/** Everything the console polls for. */
export interface ConsoleData {
  readonly nowMs: number;
  /** The UTC day whose exposures are counted. */
  readonly day: string;
  readonly mismatchBelow: number;
  readonly audiences: readonly AudienceLine[];
  /** The live part; absent where there is no such audience. */
  readonly live?: {
    readonly audience: string;
    readonly exposures: number;
    readonly reports: number;
    readonly openStreams: number;
    readonly instances: InstanceSummary;
    readonly rules: readonly RuleCounts[];
  };
}

/** What the data is made from. */
export interface ConsoleParts {
  readonly publication: Publication;
  readonly store: ReportStore;
  readonly gate: Gate;
  readonly views: FlagViews;
  readonly clock: Clock;
  readonly openStreams: (audience: string) => number;
}

/** The data now; live for one audience, or for the first where none is named. */
export async function consoleData(parts: ConsoleParts, audience: string | undefined): Promise<ConsoleData> {
  const { publication, store, gate, views, clock } = parts;
  const nowMs = clock.nowMs();
  const day = windowDayOf(nowMs);
  const names = [...new Set([...gate.audiences, ...publication.audiences()])].sort();
  const audiences = names.map((name) => audienceLine(name, parts));
  const chosen = audience ?? (names.find((name) => publication.manifest(name)) || names[0]);
  const frame = { nowMs, day, mismatchBelow, audiences };
  if (chosen === undefined || !names.includes(chosen)) return frame;
  const totals = await store.totals(chosen, day);
  const sum = (count: (total: ExposureTotal) => number): number => totals.reduce((all, total) => all + count(total), 0);
  return {
    ...frame,
    live: {
      audience: chosen,
      exposures: sum((total) => total.exposures),
      reports: sum((total) => total.reports),
      openStreams: parts.openStreams(chosen),
      instances: await store.instances(chosen, nowMs - heardWithinMs),
      rules: ruleCounts(totals, views.view(chosen), day),
    },
  };
}

function audienceLine(name: string, { publication, gate, views }: ConsoleParts): AudienceLine {
  const access = gate.isPublic(name) ? "public" : gate.audiences.has(name) ? "private" : "closed";
  const manifest = publication.manifest(name);
  if (manifest === undefined) return { name, access };
  const { epoch, version, sha256, sizeBytes, issuedAtMs, freshUntilMs } = manifest;
  const flags = views.view(name)?.flags.length ?? 0;
  return { name, access, published: { epoch, version, sha256, sizeBytes, issuedAtMs, freshUntilMs, flags } };
}

/** Totals by rule, against the splits of the current bundle. */
export function ruleCounts(totals: readonly ExposureTotal[], view: FlagView | undefined, day: string): RuleCounts[] {
  const byRule = new Map<string, ExposureTotal[]>();
  for (const total of totals) {
    const key = splitKey(total.flag, total.rule);
    const group = byRule.get(key);
    if (group) group.push(total);
    else byRule.set(key, [total]);
  }
  const splits = new Map<string, Split>();
  for (const flag of view?.flags ?? []) {
    for (const rule of flag.rules) if (rule.split) splits.set(splitKey(flag.key, rule.name), rule.split);
  }
  return [...byRule].map(([key, group]) => countsOf(group, splits.get(key), view?.splitStarts.get(key), day));
}

function countsOf(
  group: readonly ExposureTotal[],
  split: Split | undefined,
  start: SplitStart | undefined,
  day: string,
): RuleCounts {
  const { flag = "", rule = "" } = group[0] ?? {};
  const sinceVersion = start?.sinceVersion ?? 0;
  const counts = new Map(split?.outcomes.map(({ variant }) => [variant, 0]));
  let earlierExposures = 0;
  for (const { variant, bundleVersion, exposures } of group) {
    if (bundleVersion < sinceVersion) earlierExposures += exposures;
    else counts.set(variant, (counts.get(variant) ?? 0) + exposures);
  }
  const shares = new Map(split?.outcomes.map(({ variant, share }) => [variant, share]));
  const expected = [...counts].flatMap(([variant, count]) => {
    const share = shares.get(variant);
    return share === undefined ? [] : [{ variant, count, share }];
  });
  const total = expected.reduce((sum, { count }) => sum + count, 0);
  const outcomes = [...counts].map(([variant, exposures]) => {
    const share = shares.get(variant);
    if (share === undefined || shares.size < 2) return { variant, exposures, share: share ?? 0 };
    return { variant, exposures, share, interval: shareInterval(exposures, total, share) };
  });
  const changedToday = start !== undefined && start.changedAtMs > 0 && windowDayOf(start.changedAtMs) === day;
  const settling = changedToday && earlierExposures > 0;
  const pValue = settling ? undefined : sampleRatioPValue(expected);
  return { flag, rule, outcomes, sinceVersion, earlierExposures, health: healthOf(split, settling, expected), pValue };
}

function healthOf(split: Split | undefined, settling: boolean, expected: readonly ObservedShare[]): SplitHealth {
  if (split === undefined) return "past";
  if (split.outcomes.length < 2) return "single";
  if (settling) return "settling";
  const pValue = sampleRatioPValue(expected);
  if (pValue !== undefined && pValue < mismatchBelow) return "mismatch";
  const total = expected.reduce((sum, { count }) => sum + count, 0);
  return expected.some(({ share }) => share * total < minExpected) ? "collecting" : "healthy";
}
