/** The exposure store in PostgreSQL, for endpoints of more than one process or machine. @module */
import type { Pool, PoolClient } from "pg";
import { type CheckedBatch, type ExposureStore, rowsIn, type StoreOutcome } from "../../exposure-store.js";
import { dayNumberOf } from "../../window-day.js";
import { createWriteQueue } from "../write-queue.js";
import { createDayPartitions, type DayPartitions } from "./day-partitions.js";
import { forgetBatches, forgetDays } from "./forget-days.js";
import { codeOf, createPool, prepareDatabase, unusable } from "./pool.js";
import { readInstanceReports, readInstances } from "./read-instances.js";
import { readExposures, readTrackEvents } from "./read-rows.js";
import { noteSplits, readTotals } from "./read-totals.js";
import { createNameNumbers, createOutcomeNumbers } from "./text-numbers.js";
import { createTransact, type Transact } from "./transact.js";
import { writeBatches } from "./write-batches.js";
import { createExposureWriter } from "./write-exposures.js";

/** A statement costs a round trip whatever its size, so that groups are larger than in the embedded store. */
const groupLimits = { maxWrites: 128, maxRows: 4_000 } as const;
const readConnections = 3;

/**
 * Opens a store, making its tables in the schema `aplomb` where they are not there. Any number of processes may share a database.
 *
 * A batch is one transaction, or shares one with others that wait at the same time. Commits are synced to the server's disk
 * before they are acknowledged, also where the server's own default is not to.
 *
 * @param url - Such as "postgres://user:password@host:5432/database", as in `DATABASE_URL`.
 * @throws FlagError `OPTION` when the database cannot be reached or was made by a newer release. The message does not have the password.
 * @example
 * const store = await openPostgresStore(process.env.DATABASE_URL);
 */
export async function openPostgresStore(url: string): Promise<ExposureStore> {
  const writing = createPool(url, 1);
  try {
    const transact = createTransact(writing, await prepareDatabase(writing));
    const partitions = createDayPartitions(transact);
    await partitions.prepare([], Date.now());
    return createStore(writing, createPool(url, readConnections), transact, partitions);
  } catch (error) {
    await writing.end();
    throw unusable(error);
  }
}

function createStore(writing: Pool, reading: Pool, transact: Transact, partitions: DayPartitions): ExposureStore {
  const exposures = createExposureWriter(
    createOutcomeNumbers(),
    createNameNumbers("sdks"),
    createNameNumbers("clients"),
  );
  const queue = createWriteQueue<CheckedBatch, StoreOutcome>({
    limits: groupLimits,
    isWorthSplitting: isOfOneWrite,
    async commit(group) {
      await partitions.prepare(daysOf(group), Math.max(...group.map(({ receivedAtMs }) => receivedAtMs)));
      try {
        return await transact((client) => writeBatches(client, group, exposures));
      } catch (error) {
        exposures.forget();
        throw error;
      }
    },
  });
  let closing: Promise<void> | undefined;

  /** Runs a read or write unless the store is closed; what goes wrong rejects. */
  const whileOpen = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closing) throw new Error("the exposure store is closed");
    return await work();
  };
  const end = async (): Promise<void> => {
    await queue.idle();
    await Promise.all([writing.end(), reading.end()]);
  };

  return {
    storeBatch: (batch) => whileOpen(() => queue.submit(batch, rowsIn(batch))),
    readExposures: (filter = {}) => readExposures(reading, filter),
    readTrackEvents: (filter = {}) => readTrackEvents(reading, filter),
    totals: (audience, windowDay) => whileOpen(() => readTotals(reading, audience, windowDay)),
    noteSplits: (audience, splits, now) => whileOpen(() => noteSplits(reading, audience, splits, now)),
    instances: (audience, sinceMs) => whileOpen(() => readInstances(reading, audience, sinceMs)),
    instanceReports: (audience, sinceMs, limit) =>
      whileOpen(() => readInstanceReports(reading, audience, sinceMs, limit)),
    forgetBatches: (beforeMs) => whileOpen(() => forgetBatches(reading, beforeMs)),
    forgetDays: (beforeDay) => whileOpen(() => forgetDays(reading, transact, partitions, beforeDay)),
    check: () => whileOpen(() => transact(beat)),
    close() {
      closing ??= end();
      return closing;
    },
  };
}

/** The days of all exposures, in days since 1970 UTC. */
function daysOf(batches: readonly CheckedBatch[]): number[] {
  const days = new Set<string>();
  for (const { exposures } of batches) for (const { windowDay } of exposures) days.add(windowDay);
  return [...days].map(dayNumberOf);
}

async function beat(client: PoolClient): Promise<void> {
  await client.query(
    `insert into aplomb.heartbeat values (1, extract(epoch from now()) * 1000)
     on conflict (id) do update set at_ms = excluded.at_ms`,
  );
}

/** Data that cannot be stored, a broken rule, or a deadlock: a matter of one write, and not of the server. */
function isOfOneWrite(error: unknown): boolean {
  return ["22", "23", "40"].includes(codeOf(error).slice(0, 2));
}
