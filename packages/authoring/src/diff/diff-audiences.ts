/** The differences between two sets of bundles, each said once with the audiences it concerns. @module */
import type { Change } from "./change.js";
import { diffBundles } from "./diff-bundles.js";

/** A bundle and whose it is. */
export interface AudienceBundle {
  readonly audience: string;
  readonly bytes: Uint8Array;
}

/** A difference, and the audiences that get it. */
export interface AudienceChange extends Change {
  readonly audiences: readonly string[];
}

/** What differs between two sets of bundles. */
export interface AudienceDiff {
  /** The audiences that both have, in order. */
  readonly compared: readonly string[];
  /** Audiences that only the later one has. */
  readonly added: readonly string[];
  /** Audiences that only the earlier one has. */
  readonly removed: readonly string[];
  /** By subject, key and place. */
  readonly changes: readonly AudienceChange[];
}

const SUBJECTS = ["bundle", "flag", "segment"];

/** Compares bundles of the same audience, and says what several audiences get alike only once. */
export function diffAudiences(before: readonly AudienceBundle[], after: readonly AudienceBundle[]): AudienceDiff {
  const [old, now] = [bytesOf(before), bytesOf(after)];
  const compared = [...now.keys()].filter((audience) => old.has(audience)).sort();
  const audiencesOf = new Map<string, string[]>();
  const changeOf = new Map<string, Change>();
  for (const audience of compared) {
    for (const change of diffBundles(old.get(audience) ?? new Uint8Array(), now.get(audience) ?? new Uint8Array())) {
      const identity = JSON.stringify(change);
      changeOf.set(identity, change);
      audiencesOf.set(identity, [...(audiencesOf.get(identity) ?? []), audience]);
    }
  }
  const changes = [...changeOf].map(([identity, change]) => ({
    ...change,
    audiences: audiencesOf.get(identity) ?? [],
  }));
  return {
    compared,
    added: [...now.keys()].filter((audience) => !old.has(audience)).sort(),
    removed: [...old.keys()].filter((audience) => !now.has(audience)).sort(),
    changes: changes.sort(byPlace),
  };
}

function bytesOf(bundles: readonly AudienceBundle[]): Map<string, Uint8Array> {
  return new Map(bundles.map(({ audience, bytes }) => [audience, bytes]));
}

/** Sorting keeps the order of equal ones: that of a flag file. */
function byPlace(a: Change, b: Change): number {
  if (a.subject !== b.subject) return SUBJECTS.indexOf(a.subject) - SUBJECTS.indexOf(b.subject);
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
