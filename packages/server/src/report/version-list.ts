/** The versions of an audience: who is on each, and what each changed. @module */
import { changedFlags } from "@aplomb/core";
import type { InstanceReport } from "../exposure-store.js";
import type { OpenedBundle, OpenedBundles } from "../load/opened-bundles.js";
import type { ServedVersion, ServedVersions } from "../load/served-versions.js";
import type { Publication } from "../publication.js";
import { compareFlags } from "./compare-flags.js";
import { type DescribedFlag, describeFlags } from "./describe-flags.js";

/** A flag that a version changed. */
export interface FlagChange {
  readonly flag: string;
  readonly kind: "added" | "removed" | "changed";
  readonly details: readonly string[];
}

/** A version, and the difference to the version before it in the list. The digest is empty where only clients know the version, and none said. */
export interface VersionLine extends ServedVersion {
  readonly isCurrent: boolean;
  readonly instances: number;
  readonly comparedWith: number | undefined;
  /** Undefined where one of the two bundles is not kept. */
  readonly changes: readonly FlagChange[] | undefined;
  /** Changes that are left out. */
  readonly moreChanges: number;
}

/** Which versions have been served, or are run still. */
export interface VersionList {
  /** Newest first. */
  list(
    audience: string,
    running: readonly RunningVersion[],
    reports: readonly InstanceReport[],
  ): Promise<readonly VersionLine[]>;
}

interface RunningVersion {
  readonly version: number;
  readonly instances: number;
}

const maxVersions = 20;
/** Versions listed because clients say that they run them. */
const maxClaimed = 8;
const maxChanges = 100;

/** What the list is made from. */
export interface VersionListParts {
  readonly publication: Publication;
  readonly served: ServedVersions;
  readonly bundles: OpenedBundles;
}

/** Lists what was served since the endpoint started; versions from before are known by what instances report. */
export function createVersionList({ publication, served, bundles }: VersionListParts): VersionList {
  const compare = rememberLast(async (audience: string, before: ServedVersion, after: ServedVersion) => {
    const old = await bundles.open(audience, before.sha256);
    const now = await bundles.open(audience, after.sha256);
    return old && now && changesBetween(old, now);
  });

  return {
    async list(audience, running, reports) {
      const current = publication.manifest(audience)?.version;
      // Of a version that was served as two bundles, the later one stands.
      const known = new Map<number, ServedVersion>(served.of(audience).map((one) => [one.version, one]));
      for (const version of [...known.keys()].slice(0, -maxVersions)) known.delete(version);
      for (const version of claimedVersions(running, known, current ?? 0)) {
        known.set(version, { version, sha256: claimedDigest(version, reports), servedSinceMs: undefined });
      }
      const instances = new Map(running.map((line) => [line.version, line.instances]));
      const newest = [...known.values()].sort((a, b) => b.version - a.version).slice(0, maxVersions);
      const lines: VersionLine[] = [];
      for (const [index, one] of newest.entries()) {
        const before = newest[index + 1];
        const changes = before && (await compare(audience, before, one));
        lines.push({
          ...one,
          isCurrent: one.version === current,
          instances: instances.get(one.version) ?? 0,
          comparedWith: before?.version,
          changes: changes?.slice(0, maxChanges),
          moreChanges: Math.max(0, (changes?.length ?? 0) - maxChanges),
        });
      }
      return lines;
    },
  };
}

/**
 * Versions that only clients tell of, those with most clients first. Whoever has a page's key can claim any: a few are believed, none
 * that is yet to come, and never in place of one that was served.
 */
function claimedVersions(
  running: readonly RunningVersion[],
  known: ReadonlyMap<number, ServedVersion>,
  current: number,
): readonly number[] {
  return running
    .filter(({ version }) => version > 0 && version < current && !known.has(version))
    .sort((a, b) => b.instances - a.instances)
    .slice(0, maxClaimed)
    .map(({ version }) => version);
}

/** The digest that most clients name for a version; empty for none. */
function claimedDigest(version: number, reports: readonly InstanceReport[]): string {
  const claims = new Map<string, number>();
  for (const report of reports) {
    if (report.version === version) claims.set(report.sha256, (claims.get(report.sha256) ?? 0) + 1);
  }
  return [...claims].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
}

function changesBetween(before: OpenedBundle, after: OpenedBundle): FlagChange[] {
  const [oldFlags, newFlags] = [flagsByKey(before), flagsByKey(after)];
  return changedFlags(before.flagSet, after.flagSet)
    .sort()
    .map((flag): FlagChange => {
      const [old, now] = [oldFlags.get(flag), newFlags.get(flag)];
      if (old === undefined || now === undefined) {
        return { flag, kind: old === undefined ? "added" : "removed", details: [] };
      }
      return { flag, kind: "changed", details: compareFlags(old, now) };
    });
}

function flagsByKey({ bytes }: OpenedBundle): ReadonlyMap<string, DescribedFlag> {
  return new Map(describeFlags(bytes).map((flag) => [flag.key, flag]));
}

type Compare = (audience: string, before: ServedVersion, after: ServedVersion) => Promise<FlagChange[] | undefined>;

/** Compares two bundles once; what cannot be compared is tried again. */
function rememberLast(compare: Compare): Compare {
  const found = new Map<string, FlagChange[]>();
  return async (audience, before, after) => {
    const key = `${audience} ${before.sha256} ${after.sha256}`;
    const changes = found.get(key) ?? (await compare(audience, before, after));
    if (changes) found.set(key, changes);
    if (found.size > 4 * maxVersions) found.delete(found.keys().next().value ?? "");
    return changes;
  };
}
