/** The versions of an audience: who is on each, and what each changed. @module */
import { changedFlags } from "@aplomb/core";
import type { Clock } from "../clock.js";
import type { InstanceReport } from "../exposure-store.js";
import type { Publication, PublishedManifest } from "../publication.js";
import { compareFlags } from "./compare-flags.js";
import type { OpenedBundle, OpenedBundles } from "./opened-bundles.js";

/** A flag that a version changed. */
export interface FlagChange {
  readonly flag: string;
  readonly kind: "added" | "removed" | "changed";
  readonly details: readonly string[];
}

/** A version, and the difference to the version before it in the list. */
export interface VersionLine {
  readonly version: number;
  /** Lower-case hex; empty where nobody said. */
  readonly sha256: string;
  readonly isCurrent: boolean;
  /** When this endpoint began to serve it, in milliseconds since 1970 UTC; undefined for one from before it started. */
  readonly servedSinceMs: number | undefined;
  readonly instances: number;
  readonly comparedWith: number | undefined;
  /** Undefined where one of the two bundles is not kept. */
  readonly changes: readonly FlagChange[] | undefined;
  /** Changes that are left out. */
  readonly moreChanges: number;
}

/** Which versions have been served. */
export interface VersionHistory {
  /** Newest first. */
  list(
    audience: string,
    running: readonly RunningVersion[],
    reports: readonly InstanceReport[],
  ): Promise<readonly VersionLine[]>;
  stop(): void;
}

interface RunningVersion {
  readonly version: number;
  readonly instances: number;
}

interface Served {
  readonly version: number;
  readonly sha256: string;
  readonly servedSinceMs: number | undefined;
}

const maxVersions = 20;
/** Versions listed because clients say that they run them. */
const maxClaimed = 8;
const maxChanges = 100;

/** Follows a publication from now on; versions from before are known by what instances report. */
export function createVersionHistory(publication: Publication, bundles: OpenedBundles, clock: Clock): VersionHistory {
  const served = new Map<string, Map<number, Served>>();
  const note = ({ audience, version, sha256 }: PublishedManifest, servedSinceMs: number | undefined): void => {
    const versions = served.get(audience) ?? new Map<number, Served>();
    served.set(audience, versions);
    if (versions.get(version)?.sha256 !== sha256) versions.set(version, { version, sha256, servedSinceMs });
    if (versions.size > maxVersions) versions.delete(versions.keys().next().value ?? 0);
  };
  for (const audience of publication.audiences()) {
    const manifest = publication.manifest(audience);
    if (manifest) note(manifest, undefined);
  }
  const stop = publication.onChange((manifest) => note(manifest, clock.nowMs()));
  const compare = rememberLast(async (audience: string, before: Served, after: Served) => {
    const old = await bundles.open(audience, before.sha256, before.version);
    const now = await bundles.open(audience, after.sha256, after.version);
    return old && now && changesBetween(old, now);
  });

  return {
    stop,
    async list(audience, running, reports) {
      const current = publication.manifest(audience)?.version;
      const known = new Map(served.get(audience));
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
  known: ReadonlyMap<number, Served>,
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
  return changedFlags(before.flagSet, after.flagSet)
    .sort()
    .map((flag): FlagChange => {
      const [old, now] = [before.flags.get(flag), after.flags.get(flag)];
      if (old === undefined || now === undefined) {
        return { flag, kind: old === undefined ? "added" : "removed", details: [] };
      }
      return { flag, kind: "changed", details: compareFlags(old, now) };
    });
}

type Compare = (audience: string, before: Served, after: Served) => Promise<FlagChange[] | undefined>;

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
