/** Narrows a state's segments to those that its selected flags lead to. @module */
import type { Flag, Segment } from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import type { Report } from "../diagnostics.js";
import { referredCriteria } from "../referred-criteria.js";

/**
 * The segments that rules name, and those that these refer to, by name. Of two segments with one name the last holds.
 *
 * A segment that the state lacks is not an error: a rule that names it is passed over, a criterion false.
 */
export function selectSegments(
  flags: ReadonlyMap<string, Flag>,
  segments: readonly Segment[],
  report: Report,
): ReadonlyMap<string, Segment> {
  const byName = new Map(segments.map((segment) => [segment.name, segment]));
  const selected = new Map<string, Segment>();
  const waiting: string[] = [];
  for (const [key, { rules }] of flags) {
    for (const rule of rules) {
      waiting.push(rule.segment);
      if (!byName.has(rule.segment)) report(key, "suspect", lacks(`rule "${rule.name}"`, rule.segment));
    }
  }
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const segment = byName.get(name);
    if (segment === undefined || selected.has(name)) continue;
    selected.set(name, segment);
    for (const referred of segmentsReferredBy(segment)) {
      waiting.push(referred);
      if (!byName.has(referred)) report(name, "suspect", lacks("a criterion", referred));
    }
  }
  return selected;
}

function segmentsReferredBy({ targeting }: Segment): string[] {
  return [...referredCriteria(targeting).values()].flatMap(({ kind }) =>
    kind.case === "segment" ? [kind.value.segment] : [],
  );
}

function lacks(who: string, segment: string): string {
  return `${who} names the segment "${segment}", which the state lacks: it never matches`;
}
