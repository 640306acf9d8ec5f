/** A partition of `exposure_rows` for each day that clients are likely to report. @module */
import type { PoolClient } from "pg";
import type { Transact } from "./transact.js";

/** Days behind the current one that get a partition of their own: batches are refused when they are older than two. */
const daysBehind = 30;
/** Days ahead, for which partitions are made before they are needed. */
const daysAhead = 2;
const retryAfterMs = 60_000;

/** Knows which days have a partition. */
export interface DayPartitions {
  /**
   * Makes partitions for days of rows that are about to be written, and for those soon to come. Never rejects: rows of a day
   * without a partition are kept in the one for other days, and move when theirs can be made.
   *
   * Days that are far from the current one get none: a client's clock may say anything, and must not make the database grow tables.
   *
   * @param days - In days since 1970 UTC.
   * @param nowMs - By the endpoint's clock.
   */
  prepare(days: Iterable<number>, nowMs: number): Promise<void>;
  /** Forgets which partitions there are: some may be gone. */
  forget(): void;
}

/** The name of a day's partition, without its schema. */
export function partitionName(day: number): string {
  return `exposure_rows_day_${day}`;
}

/** Remembers the partitions that it saw. */
export function createDayPartitions(transact: Transact): DayPartitions {
  const known = new Set<number>();
  let failedAtMs = Number.NEGATIVE_INFINITY;
  return {
    forget: () => known.clear(),
    async prepare(days, nowMs) {
      const today = Math.floor(nowMs / 86_400_000);
      const wanted = new Set(Array.from({ length: daysAhead + 1 }, (_, ahead) => today + ahead));
      for (const day of days) if (day >= today - daysBehind && day <= today + daysAhead) wanted.add(day);
      const missing = [...wanted].filter((day) => !known.has(day)).sort((a, b) => a - b);
      if (missing.length === 0 || Math.abs(nowMs - failedAtMs) < retryAfterMs) return;
      try {
        for (const day of missing) {
          await transact((client) => makePartition(client, day));
          known.add(day);
        }
      } catch {
        failedAtMs = nowMs;
      }
    },
  };
}

/** Makes a day's partition if it is not there; rows of that day that were kept elsewhere move into it. */
async function makePartition(client: PoolClient, day: number): Promise<void> {
  const name = `aplomb.${partitionName(day)}`;
  if (await exists(client, name)) return;
  // Who waits for the lock holds up all who come later: a long query for analysis must not stop the writing.
  await client.query("set local lock_timeout = '2s'");
  // Another process may be making it: whoever comes second waits, and finds it.
  await client.query("lock table aplomb.exposure_rows_other_days in access exclusive mode");
  if (await exists(client, name)) return;
  await client.query(`create table ${name} (like aplomb.exposure_rows including all)`);
  await client.query(
    `with moved as (delete from aplomb.exposure_rows_other_days where window_day = ${day} returning *)
     insert into ${name} select * from moved`,
  );
  await client.query(
    `alter table aplomb.exposure_rows attach partition ${name} for values from (${day}) to (${day + 1})`,
  );
}

async function exists(client: PoolClient, name: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>("select to_regclass($1) is not null as found", [name]);
  return rows[0]?.found === true;
}
