/** One direction of a proxied connection: bytes that may come late, slowly, only so far, or not at all for a while. @module */
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** So much may wait to be forwarded before the sender is held up. */
const WAITING_BYTES = 2 ** 20;

/** A reset right behind bytes may look like an orderly end to its receiver, or swallow them: they get this lead. */
const BEFORE_RESET_MS = 10;

/** What happens to one direction of a connection. Absent members change nothing. */
export interface FlowRule {
  /** How long each byte is under way. */
  readonly latencyMs?: number;
  /** Added to each piece's latency; drawn anew for each, in milliseconds. The order of bytes is kept. */
  readonly jitterMs?: () => number;
  /** At most so many bytes a second. */
  readonly bytesPerSecond?: number;
  /** After so many bytes both sides get a TCP reset; 0: before the first. */
  readonly resetAfterBytes?: number;
  /** After so many bytes nothing is forwarded any more, not even an end; the sockets stay open. */
  readonly stallAfterBytes?: number;
}

/** A running direction. */
export interface ByteFlow {
  /** How many bytes have been forwarded. */
  readonly bytes: number;
  /** Forwards nothing until `thaw`. */
  freeze(): void;
  thaw(): void;
}

interface Piece {
  /** Undefined: the sender has no more. */
  readonly chunk: Buffer | undefined;
  readonly dueAtMs: number;
}

/**
 * Forwards what comes from one socket to another.
 *
 * @param reset - Ends both sockets with a reset.
 */
export function startByteFlow(from: Socket, to: Socket, rule: FlowRule, reset: () => void): ByteFlow {
  const { latencyMs = 0, bytesPerSecond = Number.POSITIVE_INFINITY } = rule;
  const resetAfter = rule.resetAfterBytes ?? Number.POSITIVE_INFINITY;
  const stallAfter = rule.stallAfterBytes ?? Number.POSITIVE_INFINITY;
  const waiting: Piece[] = [];
  let waitingBytes = 0;
  let lastDueAtMs = 0;
  let bytes = 0;
  let pumping = false;
  let frozen = false;

  function take(chunk: Buffer | undefined): void {
    const dueAtMs = performance.now() + latencyMs + (rule.jitterMs?.() ?? 0);
    lastDueAtMs = Math.max(dueAtMs, lastDueAtMs);
    waiting.push({ chunk, dueAtMs: lastDueAtMs });
    waitingBytes += chunk?.length ?? 0;
    if (waitingBytes > WAITING_BYTES) from.pause();
    void pump();
  }

  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    for (let piece = waiting[0]; piece && !frozen && bytes < stallAfter; piece = waiting[0]) {
      const lateMs = piece.dueAtMs - performance.now();
      if (lateMs > 0) await wait(lateMs);
      if (frozen) break;
      waiting.shift();
      waitingBytes -= piece.chunk?.length ?? 0;
      if (piece.chunk) await send(piece.chunk);
      else to.end();
      if (waitingBytes <= WAITING_BYTES) from.resume();
    }
    pumping = false;
  }

  async function send(chunk: Buffer): Promise<void> {
    const allowed = chunk.subarray(0, Math.min(resetAfter, stallAfter) - bytes);
    if (allowed.length > 0 && !to.destroyed) {
      bytes += allowed.length;
      await new Promise<void>((resolve) => void to.write(allowed, () => resolve()));
      if (bytesPerSecond !== Number.POSITIVE_INFINITY) await wait((1_000 * allowed.length) / bytesPerSecond);
    }
    if (bytes < resetAfter) return;
    if (allowed.length > 0) await wait(BEFORE_RESET_MS);
    reset();
  }

  from.on("data", take).on("end", () => take(undefined));
  if (resetAfter === 0) setImmediate(reset);
  return {
    get bytes() {
      return bytes;
    },
    freeze() {
      frozen = true;
    },
    thaw() {
      frozen = false;
      void pump();
    },
  };
}
