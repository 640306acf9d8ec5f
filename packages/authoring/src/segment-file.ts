/** A shared segment, as its file writes it. @module */
import { type Condition, segmentsNamedBy } from "./condition.js";

/** A file in `segments/`. */
export interface SegmentFile {
  readonly key: string;
  readonly description?: string;
  readonly when: Condition;
}

/** The segment that everybody is in; the one that rules without `when` name in a bundle. */
export const EVERYBODY = "everybody";

/** The keys of the segments that some names lead to, by way of others too; a name that no segment has is among them. */
export function segmentsReachedFrom(names: readonly string[], segments: readonly SegmentFile[]): ReadonlySet<string> {
  const byKey = new Map(segments.map((segment) => [segment.key, segment]));
  const reached = new Set<string>();
  const waiting = [...names];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (reached.has(key)) continue;
    reached.add(key);
    waiting.push(...segmentsNamedBy(byKey.get(key)?.when));
  }
  return reached;
}
