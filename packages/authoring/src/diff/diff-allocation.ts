/** Which units a segment draws, and what differs between two draws. @module */
import type { Allocation } from "@aplomb/proto/bundle";
import { changed, type FoundChange } from "./change.js";
import { percentText, quoted } from "./plain-text.js";

/** How many buckets the line of every allocation has. */
const BUCKETS = 1_000_000;

/** The share that is drawn; empty where all units are. */
export function describeAllocation(allocation: Allocation | undefined): string {
  return allocation === undefined ? "" : `${percentOf(sizeOf(boundsOf(allocation)))} drawn`;
}

/**
 * The difference between two draws, with the buckets that come and go.
 *
 * @param name - The rule whose draws they are; empty for a segment's own.
 * @example // "allocation: 10 % drawn → 10 % drawn; 10 % come, 10 % go"
 */
export function diffAllocation(
  name: string,
  before: Allocation | undefined,
  after: Allocation | undefined,
): FoundChange[] {
  const [was, is] = [before, after].map((one) => describeAllocation(one) || "all drawn");
  if (before !== undefined && after !== undefined && before.salt !== after.salt) {
    const [old, now] = [before, after].map(({ salt }) => (salt === undefined ? "the bundle's" : quoted(salt)));
    const text = `allocation: ${was} → ${is}; salt: ${old} → ${now}; every unit is drawn anew`;
    return [changed("allocation", name, "buckets", text)];
  }
  const [old, now] = [boundsOf(before), boundsOf(after)];
  const kept = sharedBuckets(old, now);
  const [come, go] = [sizeOf(now) - kept, sizeOf(old) - kept];
  if (come === 0 && go === 0) return [];
  const ways = [...(come > 0 ? [`${percentOf(come)} come`] : []), ...(go > 0 ? [`${percentOf(go)} go`] : [])];
  return [changed("allocation", name, "answers", `allocation: ${was} → ${is}; ${ways.join(", ")}`)];
}

function percentOf(buckets: number): string {
  return percentText(buckets, BUCKETS);
}

/** Lower, upper, lower, upper, … of the drawn buckets, ascending; without an allocation, of all. */
function boundsOf(allocation: Allocation | undefined): readonly number[] {
  if (allocation === undefined) return [0, BUCKETS];
  const { form } = allocation;
  if (form.case === "ranges") return form.value.bounds;
  const bounds: number[] = [];
  const bits = form.case === "bits" ? form.value : new Uint8Array();
  for (let bucket = 0; bucket <= bits.length * 8; bucket++) {
    const isDrawn = (((bits[bucket >> 3] ?? 0) >> (bucket & 7)) & 1) === 1;
    if (isDrawn === (bounds.length % 2 === 0)) bounds.push(bucket);
  }
  return bounds;
}

function sizeOf(bounds: readonly number[]): number {
  return bounds.reduce((sum, bound, index) => (index % 2 === 0 ? sum - bound : sum + bound), 0);
}

/** How many buckets two lists of ascending ranges share, on one walk along both. */
function sharedBuckets(a: readonly number[], b: readonly number[]): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [lower, upper] = [a[i] ?? 0, a[i + 1] ?? 0];
    const [otherLower, otherUpper] = [b[j] ?? 0, b[j + 1] ?? 0];
    shared += Math.max(0, Math.min(upper, otherUpper) - Math.max(lower, otherLower));
    if (upper <= otherUpper) i += 2;
    else j += 2;
  }
  return shared;
}
