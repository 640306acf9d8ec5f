/** The child's side of the kill harness: tells the parent what has been promised, before anything can go wrong. @module */
import { writeSync } from "node:fs";

/** The pipe that the parent reads. */
export const LEDGER_FD = 3;

/** What the child tells its parent. A line is in the kernel's hands, and outlives the child, once the call returns. */
export interface Ledger {
  /** Which life of the program this is, from 0. */
  readonly life: number;
  /** Nobody will kill this life: it finishes the work and ends by itself. */
  readonly isLast: boolean;
  /** The work begins: the time until the kill counts from here. */
  ready(): void;
  /** From now on this must be stored, whatever happens to the process. */
  promise(id: string): void;
  /** For the test's own bookkeeping. */
  note(text: string): void;
}

/**
 * Opens the pipe to the parent.
 *
 * @throws Error of the system, at the first line, if no kill harness has started this process.
 * @example
 * const ledger = openLedger();
 * const journal = await openJournal(process.argv[2]);
 * ledger.ready();
 * for (let at = 0; ; at++) {
 *   journal.append(`${ledger.life}-${at}`);
 *   ledger.promise(`${ledger.life}-${at}`);
 * }
 */
export function openLedger(): Ledger {
  return {
    life: Number(process.env.APLOMB_LIFE),
    isLast: process.env.APLOMB_LAST_LIFE === "1",
    ready: () => writeLine("ready", ""),
    promise: (id) => writeLine("promise", id),
    note: (text) => writeLine("note", text),
  };
}

/** A line of the pipe. */
export type LedgerLine = readonly [kind: "ready" | "promise" | "note", text: string];

function writeLine(...line: LedgerLine): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(LEDGER_FD, bytes, at);
    } catch (error) {
      // The parent reads more slowly than the child writes.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
