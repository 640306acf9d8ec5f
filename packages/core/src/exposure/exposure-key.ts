/** The identity of an exposure inside one process: equal keys, one exposure. @module */
import type { Resolution } from "../details.js";

/**
 * A text that two resolutions share exactly when they would be one exposure on one day.
 *
 * Cheaper than the exposure's id, which is made when a batch is sealed.
 */
export function exposureKeyOf(resolution: Resolution): string {
  const { flagKey, variant, rule, assignmentId, unitSelector, unit, fallthroughs } = resolution;
  const own = [flagKey, variant, rule, assignmentId, unitSelector].map(framed).join("") + unit;
  if (fallthroughs.length === 0) return own;
  const passed = fallthroughs.map((f) => [f.rule, f.assignmentId, f.unit, f.unitSelector].map(framed).join(""));
  return `${framed(own)}${passed.join("")}`;
}

function framed(text: string): string {
  return `${text.length}:${text}`;
}
