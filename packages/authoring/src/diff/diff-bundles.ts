/** What differs between two bundles, in words that a reviewer reads. @module */
import { equalBytes } from "@aplomb/core";
import type { Flag, Segment } from "@aplomb/proto/bundle";
import { type BundleContent, contentOf, type Entry } from "../bundle-content.js";
import { EVERYBODY } from "../segment-file.js";
import { type Change, changed, type FoundChange } from "./change.js";
import { describeSegment } from "./describe-targeting.js";
import { diffAllocation } from "./diff-allocation.js";
import { describeFlag, diffFlag } from "./diff-flag.js";
import { diffTargeting } from "./diff-targeting.js";
import { quoted } from "./plain-text.js";

/**
 * All differences: of the bundle as a whole, then flags and segments by key.
 *
 * Segments that belong to one rule are shown as that rule's condition. Whatever differs in a way that has no words here
 * is reported as such: an empty answer means that both give the same.
 *
 * @throws Error if either is no bundle.
 * @example diffBundles(before, after).map(({ key, name, text }) => `${key} ${name}: ${text}`)
 */
export function diffBundles(before: Uint8Array, after: Uint8Array): Change[] {
  const [old, now] = [contentOf(before), contentOf(after)];
  return [...diffWhole(old, now), ...diffFlags(old, now), ...diffSegments(old, now)];
}

function diffWhole(old: BundleContent, now: BundleContent): Change[] {
  const whole = { subject: "bundle", key: "" } as const;
  const filters = [...new Set([...old.filters.keys(), ...now.filters.keys()])].sort();
  const salts = `salt of allocations: ${quoted(old.allocationSalt)} → ${quoted(now.allocationSalt)}`;
  return [
    ...(old.allocationSalt === now.allocationSalt ? [] : [{ ...whole, ...changed("salt", "", "buckets", salts) }]),
    ...filters
      .filter((name) => !equalBytes(old.filters.get(name), now.filters.get(name)))
      .map((name) => ({ ...whole, ...changed("sticky", name, "answers", `members of ${quoted(name)} stored`) })),
  ];
}

function diffFlags(old: BundleContent, now: BundleContent): Change[] {
  return keysOf(old.flags, now.flags).flatMap((key) => {
    const [was, is] = [old.flags.get(key), now.flags.get(key)];
    const found = diffEntry(was, is, {
      describe: (flag, bundle) => describeFlag({ key, flag, bundle }),
      diff: (before, after) => diffFlag({ key, flag: before, bundle: old }, { key, flag: after, bundle: now }),
      old,
      now,
    });
    return found.map((change): Change => ({ subject: "flag", key, ...change }));
  });
}

function diffSegments(old: BundleContent, now: BundleContent): Change[] {
  const keys = keysOf(old.segments, now.segments).filter(
    (id) => id !== EVERYBODY && !isOwn(id, old) && !isOwn(id, now),
  );
  return keys.flatMap((key) => {
    const found = diffEntry(old.segments.get(key), now.segments.get(key), {
      describe: describeSegment,
      diff: diffSegment,
      old,
      now,
    });
    return found.map((change): Change => ({ subject: "segment", key, ...change }));
  });
}

/** Whether a segment is the condition of one rule, `<flag>/<rule>`. */
function isOwn(id: string, { flags }: BundleContent): boolean {
  const slash = id.indexOf("/");
  const rules = slash === -1 ? undefined : flags.get(id.slice(0, slash))?.content?.rules;
  return rules?.some(({ segment, name }) => segment === id && name === id.slice(slash + 1)) ?? false;
}

interface Comparison<T> {
  readonly describe: (content: T, bundle: BundleContent) => string;
  readonly diff: (before: T, after: T) => FoundChange[];
  readonly old: BundleContent;
  readonly now: BundleContent;
}

function diffEntry<T extends Flag | Segment>(
  was: Entry<T> | undefined,
  is: Entry<T> | undefined,
  { describe, diff, old, now }: Comparison<T>,
): FoundChange[] {
  const whole = { part: "whole", name: "", effect: "answers" } as const;
  const textOf = (entry: Entry<T>, bundle: BundleContent) =>
    entry.content === undefined ? "cannot be read" : describe(entry.content, bundle);
  if (was === undefined) return is === undefined ? [] : [{ ...whole, kind: "added", text: textOf(is, now) }];
  if (is === undefined) return [{ ...whole, kind: "removed", text: textOf(was, old) }];
  if (was.content !== undefined && is.content !== undefined) {
    const found = diff(was.content, is.content);
    if (found.length > 0 || equalBytes(was.bytes, is.bytes)) return found;
  } else if (equalBytes(was.bytes, is.bytes)) return [];
  const words =
    was.content === undefined || is.content === undefined ? "one of the two cannot be read" : "written in another way";
  return [{ ...whole, kind: "changed", text: words }];
}

function diffSegment(old: Segment, now: Segment): FoundChange[] {
  const condition = diffTargeting(old.targeting, now.targeting);
  return [
    ...(condition === undefined ? [] : [changed("condition", "", "answers", `when: ${condition}`)]),
    ...diffAllocation("", old.allocation, now.allocation),
    ...(old.description === now.description
      ? []
      : [
          changed(
            "note",
            "description",
            "none",
            `description: ${quoted(old.description)} → ${quoted(now.description)}`,
          ),
        ]),
  ];
}

function keysOf<T>(old: ReadonlyMap<string, T>, now: ReadonlyMap<string, T>): string[] {
  return [...new Set([...old.keys(), ...now.keys()])].sort();
}
