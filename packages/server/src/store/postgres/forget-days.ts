/** Forgets whole days: partitions are dropped, what has none is deleted in small steps. @module */
import type { Pool } from "pg";
import { dayNumberOf, startOfDayMs } from "../../window-day.js";
import { type DayPartitions, partitionName } from "./day-partitions.js";
import type { Transact } from "./transact.js";

const chunkRows = 10_000;

/**
 * Forgets everything of the days before a day; answers how many days of exposures went.
 *
 * @throws Error while a long query reads the partitions: waiting for it would hold up all writing. The next sweep tries again.
 */
export async function forgetDays(
  pool: Pool,
  transact: Transact,
  partitions: DayPartitions,
  beforeDay: string,
): Promise<number> {
  const before = dayNumberOf(beforeDay);
  const beforeMs = startOfDayMs(beforeDay);
  const { rows } = await pool.query<{ window_day: number }>(
    "select distinct window_day from aplomb.exposure_totals where window_day < $1 order by window_day",
    [before],
  );
  partitions.forget();
  for (const { window_day: day } of rows) {
    // Rows and totals of a day go together, so that totals always agree with the rows.
    await transact(async (client) => {
      await client.query("set local lock_timeout = '2s'");
      await client.query(`drop table if exists aplomb.${partitionName(day)}`);
      await client.query("delete from aplomb.exposure_rows_other_days where window_day = $1", [day]);
      await client.query("delete from aplomb.exposure_totals where window_day = $1", [day]);
    });
  }
  await deleteInChunks(pool, "implausible_exposures", "(window_day, exposure_id)", "window_day", before);
  await deleteInChunks(pool, "track_events", "received", "tracked_at_ms", beforeMs);
  await deleteInChunks(pool, "instances", "(audience, instance_id)", "last_heard_at_ms", beforeMs);
  await pool.query(
    `delete from aplomb.instance_losses l where not exists
      (select from aplomb.instances i where i.audience = l.audience and i.instance_id = l.instance_id)`,
  );
  return rows.length;
}

/** Deletes old batch ids; answers how many. */
export function forgetBatches(pool: Pool, beforeMs: number): Promise<number> {
  return deleteInChunks(pool, "batches", "(audience, batch_id)", "received_at_ms", beforeMs);
}

/** Deletes the rows of a table that are older than a moment or a day, so many at a time that nobody waits long for a lock; answers how many. */
async function deleteInChunks(
  pool: Pool,
  table: "batches" | "implausible_exposures" | "instances" | "track_events",
  key: string,
  time: string,
  before: number,
): Promise<number> {
  const columns = key.replaceAll(/[()]/g, "");
  let deleted = 0;
  for (;;) {
    const { rowCount } = await pool.query(
      `delete from aplomb.${table} where ${key} in
        (select ${columns} from aplomb.${table} where ${time} < $1 limit ${chunkRows} for update skip locked)`,
      [before],
    );
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < chunkRows) return deleted;
  }
}
