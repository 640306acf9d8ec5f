/** The deterministic id of an exposure: the same exposure is one row wherever it was seen. @module */
import type { Exposure } from "../exposure.js";
import { sha256Of } from "../sha256.js";
import { utf8Of } from "../utf8.js";

const ID_BYTES = 16;

/** Everything an exposure's identity is made of. */
export type ExposureIdentity = Omit<Exposure, "bundleVersion" | "exposedAtMs" | "exposureId">;

/**
 * The first 16 bytes of SHA-256 over the identity's texts, each as UTF-8 behind its length as 32 bits, little-endian.
 *
 * In order: audience, flag, variant, rule, assignment id, unit selector, unit; for every fallthrough its rule,
 * assignment id, unit and unit selector; the window day. The server computes it again.
 */
export function exposureIdOf(exposure: ExposureIdentity, audience: string): Uint8Array {
  const { flag, variant, rule, assignmentId, unitSelector, unit, fallthroughs, windowDay } = exposure;
  const passed = fallthroughs.flatMap((f) => [f.rule, f.assignmentId, f.unit, f.unitSelector]);
  const texts = [audience, flag, variant, rule, assignmentId, unitSelector, unit, ...passed, windowDay].map(utf8Of);
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + 4 + text.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const text of texts) {
    view.setUint32(at, text.length, true);
    bytes.set(text, at + 4);
    at += 4 + text.length;
  }
  return sha256Of(bytes).slice(0, ID_BYTES);
}
