/** Which flags a new bundle may answer differently. @module */
import { readFlag, readSegment } from "./bundle/read-entry.js";
import { isFlagError } from "./errors.js";
import type { FlagSet, OpenFlagSet } from "./flag-set.js";

/**
 * The keys of flags that came, went, or changed: their own entry, or a segment that they refer to through any number of
 * others.
 *
 * @param before - Undefined: every flag is new.
 */
export function changedFlags(before: FlagSet | undefined, after: FlagSet): string[] {
  if (before === undefined) return [...after.flagKeys];
  const [old, now] = [before as OpenFlagSet, after as OpenFlagSet];
  if (old.allocationSalt !== now.allocationSalt) return [...new Set([...old.flagKeys, ...now.flagKeys])];
  const keys = new Set([...old.flagKeys, ...now.flagKeys]);
  const segments = changedSegments(old, now);
  return [...keys].filter((key) => {
    const entry = now.flagEntries.get(key);
    const same = equalEntries(old.flagEntries.get(key), entry);
    return (
      !same || (segments.size > 0 && entry !== undefined && segmentsOfFlag(entry, now).some((id) => segments.has(id)))
    );
  });
}

/** Segments that changed, and those that refer to them, however indirectly. */
function changedSegments(old: OpenFlagSet, now: OpenFlagSet): Set<string> {
  const ids = new Set([...old.segmentEntries.keys(), ...now.segmentEntries.keys()]);
  const changed = new Set(
    [...ids].filter((id) => !equalEntries(old.segmentEntries.get(id), now.segmentEntries.get(id))),
  );
  if (changed.size === 0) return changed;
  const referrers = new Map<string, string[]>();
  for (const id of now.segmentEntries.keys()) {
    for (const referred of segmentsOfSegment(now.segmentEntries.get(id), now)) {
      const known = referrers.get(referred) ?? [];
      if (known.push(id) === 1) referrers.set(referred, known);
    }
  }
  for (const id of changed) {
    for (const referrer of referrers.get(id) ?? []) changed.add(referrer);
  }
  return changed;
}

function segmentsOfFlag(entry: Uint8Array, set: OpenFlagSet): string[] {
  return orNone(() => readFlag(entry, set.limits).rules.map(({ segment }) => segment));
}

function segmentsOfSegment(entry: Uint8Array | undefined, set: OpenFlagSet): string[] {
  if (entry === undefined) return [];
  return orNone(() => {
    const criteria = readSegment(entry, set.limits).targeting?.criteria ?? [];
    return criteria.flatMap(({ kind }) => (kind.case === "segment" ? [kind.value] : []));
  });
}

/** A bad entry refers to nothing. */
function orNone(read: () => string[]): string[] {
  try {
    return read();
  } catch (error) {
    if (isFlagError(error)) return [];
    throw error;
  }
}

function equalEntries(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
