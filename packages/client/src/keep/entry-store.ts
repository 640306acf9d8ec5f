/** Entries that only grow, kept where they survive: all that an outbox needs of a host. @module */

/** One batch in the making, or sealed. */
export interface StoredEntry {
  /** Adds bytes at the end. False: it could not, and the entry is as it was. */
  append(bytes: Uint8Array): boolean;
  /** Says that nothing more will be appended. */
  seal(): void;
  /**
   * Everything that was appended.
   *
   * @throws When it cannot be read, or is gone; rejects for the same reason.
   */
  read(): Uint8Array | Promise<Uint8Array>;
  /** Deletes the entry. */
  remove(): void;
}

/**
 * Where entries are kept. No method throws or rejects.
 *
 * How soon an entry survives is the host's: a file does when `append` returns, a page's database a moment later.
 */
export interface EntryStore {
  /** How large all entries may be together. */
  readonly maxBytes: number;
  /** How long a flush waits for `takeOver`, where that may never answer; what it brings later is sent all the same. */
  readonly patienceMs?: number;
  /** Starts an entry with some bytes; undefined: it cannot now. */
  create(bytes: Uint8Array): StoredEntry | undefined;
  /** Takes over what runs left that are over, oldest first. Gives each entry once. */
  takeOver(): Promise<readonly StoredEntry[]>;
  /** Deletes all entries, of earlier runs, too. */
  clear(): void;
  /** Lets go of what is left, for a later run to take over. */
  close(): void;
}
