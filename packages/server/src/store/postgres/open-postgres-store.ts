/** The exposure store in PostgreSQL, for endpoints of more than one process or machine. @module */
import { FlagError } from "@aplomb/core";
import { Pool, type PoolClient } from "pg";
import type { CheckedBatch, ExposureStore, StoreOutcome } from "../../exposure-store.js";
import { dayNumberOf } from "../../window-day.js";
import { createWriteQueue } from "../write-queue.js";
import { createDayPartitions, type DayPartitions } from "./day-partitions.js";
import { forgetBatches, forgetDays } from "./forget-days.js";
import { migrate } from "./migrations.js";
import { readExposures, readTrackEvents } from "./read-rows.js";
import { noteSplits, readInstances, readTotals } from "./read-totals.js";
import { createOutcomeNumbers, createSdkNumbers } from "./text-numbers.js";
import { createTransact, type Transact } from "./transact.js";
import { writeBatches } from "./write-batches.js";
import { createExposureWriter } from "./write-exposures.js";

/** A statement costs a round trip whatever its size, so that groups are larger than in the embedded store. */
const groupLimits = { maxWrites: 128, maxRows: 4_000 } as const;
const readConnections = 3;
const connectTimeoutMs = 5_000;
const statementTimeoutMs = 30_000;

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
    const transact = createTransact(writing, await prepare(writing));
    const partitions = createDayPartitions(transact);
    await partitions.prepare([], Date.now());
    return createStore(writing, createPool(url, readConnections), transact, partitions);
  } catch (error) {
    await writing.end();
    throw unusable(error);
  }
}

function createPool(url: string, max: number): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // A little more than the server's own limit: it is for servers that do not answer at all.
    query_timeout: statementTimeoutMs + connectTimeoutMs,
    application_name: "aplomb",
    allowExitOnIdle: true,
  });
  // A connection that breaks rejects what it was doing, and the pool replaces it. Its error event says nothing more, and would
  // end the process if nobody listened.
  const ignore = (): void => undefined;
  pool.on("error", ignore);
  pool.on("connect", (client) => client.on("error", ignore));
  return pool;
}

function unusable(cause: unknown): FlagError {
  const why = cause instanceof Error && cause.message !== "" ? cause.message : codeOf(cause);
  return new FlagError("OPTION", `the PostgreSQL database cannot be used: ${why}`, { cause });
}

/** Brings the schema up to date; answers whether the server syncs commits by itself. */
async function prepare(pool: Pool): Promise<boolean> {
  const client = await pool.connect();
  try {
    await migrate(client);
    const { rows } = await client.query<{ synced: boolean }>(
      "select current_setting('synchronous_commit') <> 'off' as synced",
    );
    return rows[0]?.synced === true;
  } finally {
    client.release();
  }
}

function createStore(writing: Pool, reading: Pool, transact: Transact, partitions: DayPartitions): ExposureStore {
  const exposures = createExposureWriter(createOutcomeNumbers(), createSdkNumbers());
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
    storeBatch: (batch) => whileOpen(() => queue.submit(batch, batch.exposures.length + batch.trackEvents.length)),
    readExposures: (filter = {}) => readExposures(reading, filter),
    readTrackEvents: (filter = {}) => readTrackEvents(reading, filter),
    totals: (audience, windowDay) => whileOpen(() => readTotals(reading, audience, windowDay)),
    noteSplits: (audience, splits, now) => whileOpen(() => noteSplits(reading, audience, splits, now)),
    instances: (audience, sinceMs) => whileOpen(() => readInstances(reading, audience, sinceMs)),
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

/** The SQLSTATE or system code of an error. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
