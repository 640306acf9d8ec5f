/** The deterministic id of an exposure: the same exposure is one row wherever it was seen. @module */
import type { Exposure } from "../exposure.js";
import { sha256Of } from "../sha256.js";
import { writeUtf8 } from "../utf8.js";

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
  const texts = [audience, flag, variant, rule, assignmentId, unitSelector, unit];
  for (const passed of fallthroughs) texts.push(passed.rule, passed.assignmentId, passed.unit, passed.unitSelector);
  texts.push(windowDay);
  let capacity = 0;
  for (const text of texts) capacity += 4 + 3 * text.length;
  const bytes = new Uint8Array(capacity);
  let at = 0;
  for (const text of texts) {
    const end = writeUtf8(text, bytes, at + 4);
    writeLength(bytes, at, end - at - 4);
    at = end;
  }
  return sha256Of(bytes.subarray(0, at)).slice(0, ID_BYTES);
}

function writeLength(bytes: Uint8Array, at: number, length: number): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = length >>> (8 * i);
}
