/** Seals a line of allocation.lock, so that it shows when the line was edited or what it was cut for has changed. @module */
import type { Line } from "../allocation.js";
import type { DrawnBy } from "../drawn-by.js";
import { sha256Hex } from "../sha256-hex.js";

/** How much of each hash is kept, in hexadecimal digits: enough against accidents, which is all that a seal is against. */
const DIGITS = 8;

/** What a seal says of a line that it is held to. */
export type SealVerdict =
  /** The line is as a build wrote it, and is drawn by what it was written for. */
  | "whole"
  /** No build has sealed the line. */
  | "missing"
  /** The ranges are not those that a build wrote. */
  | "edited"
  /** The ranges were cut for another salt or another unit. */
  | "drawn otherwise";

/**
 * The seal of a line: what its units are drawn by, a dash, and its ranges, each as the head of a SHA-256.
 *
 * It is no secret and no signature: whoever means to edit a line can write its seal.
 *
 * @param key - What the lock calls the line.
 * @example sealLine("a/r", { unit: "", salt: "s" }, { on: [0, 1_000_000] }) // "aa25b128-45cf7fcd"
 */
export function sealLine(key: string, { unit, salt }: DrawnBy, line: Line): string {
  const ranges = Object.entries(line).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${headOf([unit, salt])}-${headOf([key, ranges])}`;
}

/** Holds a line to its seal. An edited line is called edited, whatever it is drawn by. */
export function verdictOf(seal: string | undefined, key: string, drawnBy: DrawnBy, line: Line): SealVerdict {
  const [drawn = "", ranges = ""] = sealLine(key, drawnBy, line).split("-");
  if (seal === undefined) return "missing";
  if (!seal.endsWith(`-${ranges}`)) return "edited";
  return seal.startsWith(`${drawn}-`) ? "whole" : "drawn otherwise";
}

function headOf(value: unknown): string {
  return sha256Hex(Buffer.from(JSON.stringify(value))).slice(0, DIGITS);
}
