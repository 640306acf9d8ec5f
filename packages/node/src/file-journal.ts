/** Keeps exposures in files until they are acknowledged: what a read has returned survives the process. @module */
import type { OpenOutbox } from "@aplomb/client";
import { createOutbox } from "@aplomb/client/outbox";
import { FlagError } from "@aplomb/core";
import { createFileEntries } from "./keep/file-entries.js";

const MAX_BYTES = 67_108_864;
/** Less than this holds hardly more than what is being sent. */
const LEAST_BYTES = 1_048_576;

/** How a journal is kept. */
export interface FileJournalOptions {
  /** How large the files of one client may be together; the oldest go first, and are counted. Default 64 MiB, at least 1 MiB. */
  readonly maxBytes?: number;
}

/**
 * Keeps exposures and events in a directory of the application's choice, from the moment a read returns until the endpoint
 * has acknowledged them. Several clients and processes may share it; what a killed one left, another sends.
 *
 * Bytes are handed to the operating system, not forced to the medium: they survive `kill -9`, not a loss of power. While
 * the disk is full, exposures wait in memory. Files are readable by their owner only.
 *
 * @param directory - Made, with its parents, at the first exposure. On a disk of this machine.
 * @throws FlagError OPTION for a limit that cannot work.
 * @example createFlagClient({ …, exposures: { outbox: fileJournal("/var/lib/shop/flags") } })
 */
export function fileJournal(directory: string, { maxBytes = MAX_BYTES }: FileJournalOptions = {}): OpenOutbox {
  if (!(maxBytes >= LEAST_BYTES)) throw new FlagError("OPTION", `maxBytes takes at least ${LEAST_BYTES} bytes`);
  return (parts) => createOutbox(parts, createFileEntries({ directory, name: parts.name, maxBytes }));
}
