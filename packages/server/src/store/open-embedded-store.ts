/** The embedded exposure store: a libsql database in one file, synced before anything is acknowledged. @module */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FlagError } from "@aplomb/core";
import LibsqlDatabase, { type Database } from "libsql";
import { type ExposureStore, rowsIn } from "../exposure-store.js";
import { createDayForgetter } from "./forget-days.js";
import { createGroupCommit } from "./group-commit.js";
import { migrate } from "./migrations.js";
import { createInstanceReader } from "./read-instances.js";
import { readExposures, readTrackEvents } from "./read-rows.js";
import { createInstancesReader, createSplitNotes, createTotalsReader } from "./read-totals.js";
import { createBatchWriter } from "./write-batch.js";

/** Many small batches share one sync to disk; large ones are not held up by others. */
const commitLimits = { maxWrites: 64, maxRows: 1_000 } as const;
const forgetChunkRows = 10_000;

/**
 * Opens or creates a store in a file, with its write-ahead log beside it. One process writes to a file at a time.
 *
 * `journal_mode=WAL` and `synchronous=FULL`: a commit returns after the log was synced, so that what was acknowledged survives
 * a killed process and a lost machine alike, as far as the disk keeps its promises.
 *
 * @param path - The database file; folders above it are made.
 * @throws FlagError `OPTION` when the file cannot be opened or was made by a newer release.
 * @example
 * const store = await openEmbeddedStore(".aplomb/exposures.db");
 */
export async function openEmbeddedStore(path: string): Promise<ExposureStore> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return createStore(openDatabase(path));
  } catch (error) {
    throw unusable(path, error);
  }
}

function unusable(path: string, cause: unknown): FlagError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new FlagError("OPTION", `the exposure database ${path} cannot be used: ${why}`, { cause });
}

function openDatabase(path: string): Database {
  const database = new LibsqlDatabase(path, { timeout: 5_000 });
  database.pragma("journal_mode = wal");
  database.pragma("synchronous = full");
  // Ids are random, so that rows touch pages all over their index: room to keep those, and a longer log before they are copied.
  database.pragma("cache_size = -65536");
  database.pragma("wal_autocheckpoint = 8000");
  migrate(database);
  return database;
}

function createStore(database: Database): ExposureStore {
  const batches = createBatchWriter(database);
  const commits = createGroupCommit(database, batches.forget, commitLimits);
  const noteSplits = createSplitNotes(database);
  const totals = createTotalsReader(database);
  const instances = createInstancesReader(database);
  const instanceReports = createInstanceReader(database);
  const forgetDays = createDayForgetter(database, commits);
  const forgetOldest = database.prepare(`
    delete from batches where (audience, batch_id) in
      (select audience, batch_id from batches where received_at_ms < ? limit ${forgetChunkRows})`);
  const beat = database.prepare(
    "insert into heartbeat values (1, unixepoch() * 1000) on conflict do update set at_ms = excluded.at_ms",
  );
  let closing: Promise<void> | undefined;

  /** Runs a read or write unless the store is closed; what goes wrong rejects. */
  const whileOpen = async <T>(work: () => T | Promise<T>): Promise<T> => {
    if (closing) throw new Error("the exposure store is closed");
    return await work();
  };

  return {
    storeBatch: (batch) => whileOpen(() => commits.submit(() => batches.write(batch), rowsIn(batch))),
    readExposures: (filter = {}) => readExposures(database, filter),
    readTrackEvents: (filter = {}) => readTrackEvents(database, filter),
    totals: (audience, windowDay) => whileOpen(() => totals(audience, windowDay)),
    noteSplits: (audience, splits, now) => whileOpen(() => commits.submit(() => noteSplits(audience, splits, now))),
    instances: (audience, sinceMs) => whileOpen(() => instances(audience, sinceMs)),
    instanceReports: (audience, sinceMs, limit) => whileOpen(() => instanceReports(audience, sinceMs, limit)),
    async forgetBatches(beforeMs) {
      let forgotten = 0;
      for (;;) {
        const { changes } = await whileOpen(() => commits.submit(() => forgetOldest.run([beforeMs])));
        forgotten += changes;
        if (changes < forgetChunkRows) return forgotten;
        await nextTurn();
      }
    },
    forgetDays: (beforeDay) => whileOpen(() => forgetDays(beforeDay)),
    check: () => whileOpen(() => commits.submit(() => void beat.run())),
    close() {
      closing ??= commits.idle().then(() => {
        // The log goes into the file, so that the file alone is the whole database.
        database.pragma("wal_checkpoint(truncate)");
        database.close();
      });
      return closing;
    },
  };
}
