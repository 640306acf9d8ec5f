/** Notices that the process has more to do than it can, so that some of it is refused before all of it fails. @module */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import type { Clock } from "../clock.js";
import type { MemoryLimits } from "../memory-limits.js";

/** Why a request is refused: the heap or the container's memory is nearly full, work waits too long, or too many bytes are being taken. */
export type ShedReason = "heap" | "memory" | "event_loop" | "in_flight";

/** How the process fares. */
export interface Load {
  readonly heapUsedBytes: number;
  /** Buffers and what native code keeps for JavaScript, outside of the heap. */
  readonly externalBytes: number;
  /** How late timers were on average since the last look, in milliseconds. */
  readonly eventLoopDelayMs: number;
}

/** Looks at the process; each look begins a new average. */
export interface LoadReader {
  read(): Load;
  stop(): void;
}

/** Refuses work. */
export interface LoadGuard {
  /** Why nothing more may be taken; undefined when something may. */
  reason(): ShedReason | undefined;
  /** Takes a request's body of so many bytes; the returned function says that it is done. Undefined: there is no room for it. */
  enter(bytes: number): (() => void) | undefined;
  stop(): void;
}

/** Above these parts of the limits nothing is taken. Garbage counts until it is collected, which V8 does eagerly near its limit. */
const heapPart = 0.85;
const memoryPart = 0.85;
const maxDelayMs = 1_000;
/** Bodies being taken at once may have this part of the heap in bytes; decoded, queued and stored they need some eight times that. */
const inFlightPart = 1 / 24;
const minInFlightBytes = 8 * 1024 * 1024;
const lookEveryMs = 250;

/** Asks V8 and the event loop. */
export function createLoadReader(): LoadReader {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    read() {
      const { used_heap_size: heapUsedBytes, external_memory: externalBytes } = getHeapStatistics();
      const eventLoopDelayMs = delay.count === 0 ? 0 : delay.mean / 1e6;
      delay.reset();
      return { heapUsedBytes, externalBytes, eventLoopDelayMs };
    },
    stop: () => void delay.disable(),
  };
}

/**
 * Looks four times a second, by the clock.
 *
 * Waiting counts only when two looks in a row find it: one long computation is no overload.
 */
export function createLoadGuard(limits: MemoryLimits, clock: Clock, reader: LoadReader): LoadGuard {
  const { heapLimitBytes, containerLimitBytes = Number.POSITIVE_INFINITY } = limits;
  const maxInFlightBytes = Math.max(minInFlightBytes, heapLimitBytes * inFlightPart);
  let inFlightBytes = 0;
  let wasLate = false;
  let reason: ShedReason | undefined;
  let cancel = (): void => undefined;

  const reasonIn = ({ heapUsedBytes, externalBytes, eventLoopDelayMs }: Load): ShedReason | undefined => {
    const isLate = eventLoopDelayMs > maxDelayMs;
    const staysLate = isLate && wasLate;
    wasLate = isLate;
    if (heapUsedBytes > heapLimitBytes * heapPart) return "heap";
    if (heapUsedBytes + externalBytes > containerLimitBytes * memoryPart) return "memory";
    return staysLate ? "event_loop" : undefined;
  };
  const look = (): void => {
    reason = reasonIn(reader.read());
    cancel = clock.setTimer(look, lookEveryMs);
  };
  look();

  return {
    reason: () => reason,
    enter(bytes) {
      if (inFlightBytes > 0 && inFlightBytes + bytes > maxInFlightBytes) return undefined;
      inFlightBytes += bytes;
      let isDone = false;
      return () => {
        if (!isDone) inFlightBytes -= bytes;
        isDone = true;
      };
    },
    stop() {
      cancel();
      reader.stop();
    },
  };
}
