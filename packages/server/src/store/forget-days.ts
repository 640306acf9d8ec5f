/** Forgets whole days in steps, so that batches are stored in between. @module */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database, Statement } from "libsql";
import { dayNumberOf, startOfDayMs } from "../window-day.js";
import { numberAt, rawRows } from "./column.js";
import type { GroupCommit } from "./group-commit.js";

const chunkRows = 5_000;

/** Prepares the statements once; the returned function forgets the days before a day, and answers how many days of exposures went. */
export function createDayForgetter(database: Database, commits: GroupCommit): (beforeDay: string) => Promise<number> {
  const oldDays = database
    .prepare("select distinct window_day from exposure_totals where window_day < ? order by window_day")
    .raw();
  const deleteRows = deleteOldest(database, "exposure_rows", "window_day = ?");
  const deleteTotals = database.prepare("delete from exposure_totals where window_day = ?");
  const deleteQuarantine = deleteOldest(database, "implausible_exposures", "window_day < ?");
  const deleteEvents = deleteOldest(database, "track_events", "tracked_at_ms < ?");
  const deleteInstances = database.prepare("delete from instances where last_heard_at_ms < ?");
  const deleteLosses = database.prepare(`
    delete from instance_losses where not exists (
      select 1 from instances i where i.audience = instance_losses.audience and i.instance_id = instance_losses.instance_id)`);

  const repeat = async (statement: Statement, parameter: number): Promise<void> => {
    while ((await commits.submit(() => statement.run([parameter]).changes, chunkRows)) === chunkRows) await nextTurn();
  };

  return async (beforeDay) => {
    const days = rawRows(oldDays, [dayNumberOf(beforeDay)]).map((row) => numberAt(row, 0));
    for (const day of days) {
      await repeat(deleteRows, day);
      await commits.submit(() => void deleteTotals.run([day]));
    }
    await repeat(deleteQuarantine, dayNumberOf(beforeDay));
    await repeat(deleteEvents, startOfDayMs(beforeDay));
    await commits.submit(() => {
      deleteInstances.run([startOfDayMs(beforeDay)]);
      deleteLosses.run();
    });
    return days.length;
  };
}

function deleteOldest(database: Database, table: string, condition: string): Statement {
  return database.prepare(
    `delete from ${table} where rowid in (select rowid from ${table} where ${condition} limit ${chunkRows})`,
  );
}
