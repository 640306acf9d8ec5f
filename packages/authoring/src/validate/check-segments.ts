/** Finds segments that refer to themselves by way of others. @module */
import { segmentsNamedBy } from "../condition.js";
import type { SegmentFile } from "../segment-file.js";

/**
 * The cycles among segments, each once, as the keys on the way round beginning with the smallest.
 *
 * Walks without recursion, so that a long chain is only long.
 */
export function segmentCycles(segments: readonly SegmentFile[]): string[][] {
  const nextOf = new Map(segments.map((segment) => [segment.key, [...segmentsNamedBy(segment.when)]]));
  const finished = new Set<string>();
  const cycles = new Map<string, string[]>();
  for (const start of nextOf.keys()) {
    const way: { key: string; next: string[] }[] = [];
    const enter = (key: string) => way.push({ key, next: [...(nextOf.get(key) ?? [])] });
    if (!finished.has(start)) enter(start);
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const key = top.next.shift();
      if (key === undefined) {
        finished.add(top.key);
        way.pop();
        continue;
      }
      const place = way.findIndex((step) => step.key === key);
      if (place === -1 && !finished.has(key)) enter(key);
      if (place === -1) continue;
      const cycle = fromSmallest(way.slice(place).map((step) => step.key));
      cycles.set(cycle.join("\n"), cycle);
    }
  }
  return [...cycles.values()];
}

function fromSmallest(keys: readonly string[]): string[] {
  const smallest = [...keys].sort()[0] ?? "";
  const place = keys.indexOf(smallest);
  return [...keys.slice(place), ...keys.slice(0, place)];
}
