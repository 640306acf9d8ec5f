/** Which flags a new bundle may answer differently. @module */
import { readFlag, readSegment } from "./bundle/read-entry.js";
import { equalBytes } from "./equal-bytes.js";
import { isFlagError } from "./errors.js";
import type { FlagSet, OpenFlagSet } from "./flag-set.js";

/**
 * The keys of flags that came, went, or changed: their own entry, or a segment, a filter or another flag that they refer to
 * through any number of others. A flag that is not among them gives every context what it gave.
 *
 * @param before - Undefined: every flag is new.
 */
export function changedFlags(before: FlagSet | undefined, after: FlagSet): string[] {
  if (before === undefined) return [...after.flagKeys];
  const [old, now] = [before as OpenFlagSet, after as OpenFlagSet];
  const keys = [...new Set([...old.flagKeys, ...now.flagKeys])];
  if (old.allocationSalt !== now.allocationSalt) return keys;
  const filters = new Set([...old.filterEntries.keys(), ...now.filterEntries.keys()]);
  const segments = new Set([...old.segmentEntries.keys(), ...now.segmentEntries.keys()]);
  const changed = new Set([
    ...keys.filter((key) => !equalBytes(old.flagEntries.get(key), now.flagEntries.get(key))).map(nameOf.flag),
    ...[...segments]
      .filter((id) => !equalBytes(old.segmentEntries.get(id), now.segmentEntries.get(id)))
      .map(nameOf.segment),
    ...[...filters]
      .filter((name) => !equalLists(old.filterEntries.get(name), now.filterEntries.get(name)))
      .map(nameOf.filter),
  ]);
  if (changed.size === 0) return [];
  const referrers = referrersIn(now);
  // A set that grows while it is walked is walked to its end.
  for (const name of changed) for (const referrer of referrers.get(name) ?? []) changed.add(referrer);
  return keys.filter((key) => changed.has(nameOf.flag(key)));
}

/** Flags, segments and filters may share a key. */
const nameOf = {
  flag: (key: string) => `f${key}`,
  segment: (id: string) => `s${id}`,
  filter: (name: string) => `m${name}`,
};

/** Who refers to what, by name. */
function referrersIn(set: OpenFlagSet): ReadonlyMap<string, readonly string[]> {
  const referrers = new Map<string, string[]>();
  const add = (referrer: string, names: readonly string[]): void => {
    for (const name of names) {
      const known = referrers.get(name);
      if (known === undefined) referrers.set(name, [referrer]);
      else known.push(referrer);
    }
  };
  for (const id of set.segmentEntries.keys()) add(nameOf.segment(id), namesInSegment(set.segmentEntries.get(id), set));
  for (const key of set.flagKeys) add(nameOf.flag(key), namesInFlag(set.flagEntries.get(key), set));
  return referrers;
}

function namesInFlag(entry: Uint8Array | undefined, { limits }: OpenFlagSet): string[] {
  if (entry === undefined) return [];
  return orNone(() => readFlag(entry, limits).rules.map(({ segment }) => nameOf.segment(segment)));
}

function namesInSegment(entry: Uint8Array | undefined, { limits }: OpenFlagSet): string[] {
  if (entry === undefined) return [];
  return orNone(() => {
    const criteria = readSegment(entry, limits).targeting?.criteria ?? [];
    return criteria.flatMap(({ kind }) => {
      if (kind.case === "segment") return [nameOf.segment(kind.value)];
      if (kind.case === "prerequisite") return [nameOf.flag(kind.value.flag)];
      return kind.case === "materializedSegment" ? [nameOf.filter(kind.value)] : [];
    });
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

function equalLists(a: readonly Uint8Array[] = [], b: readonly Uint8Array[] = []): boolean {
  return a.length === b.length && a.every((bytes, i) => equalBytes(bytes, b[i]));
}
