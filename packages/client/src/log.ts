/** What the client says to people: little, and never the same thing twice a minute. @module */
import type { Clock } from "./clock.js";

/** Where the client's few warnings go; `console` fits. */
export interface Logger {
  warn(message: string): void;
}

/** Says something of a kind; at most one line of each kind a minute. Never throws. */
export type Warn = (kind: string, message: string) => void;

const QUIET_MS = 60_000;
const LONGEST = 256;

/** Makes the client's voice. Control characters become spaces and long lines are cut, whoever their text came from. */
export function createWarn(logger: Logger | undefined, clock: Clock): Warn {
  const spokenAtMs = new Map<string, number>();
  return (kind, message) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - (spokenAtMs.get(kind) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    spokenAtMs.set(kind, nowMs);
    try {
      logger?.warn(`aplomb: ${message.replace(/[\p{C}\u2028\u2029]/gu, " ").slice(0, LONGEST)}`);
    } catch {
      // A logger that throws has nobody left to tell.
    }
  };
}
