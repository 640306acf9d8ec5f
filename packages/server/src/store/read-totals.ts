/** Reads what the console shows: totals of a day, splits in force, what instances report. @module */
import type { Database } from "libsql";
import type { ExposureTotal, InstanceSummary, RuleSplit, SplitStart } from "../exposure-store.js";
import { dayNumberOf } from "../window-day.js";
import { numberAt, rawRows, textAt } from "./column.js";

/** Counts of one UTC day by outcome and bundle version. */
export function createTotalsReader(database: Database): (audience: string, windowDay: string) => ExposureTotal[] {
  const select = database
    .prepare(`
      select o.flag, o.rule, o.variant, t.bundle_version, sum(t.exposures), sum(t.reports)
      from exposure_totals t join outcomes o on o.id = t.outcome
      where t.window_day = ? and o.audience = ?
      group by o.flag, o.rule, o.variant, t.bundle_version
      order by o.flag, o.rule, o.variant, t.bundle_version`)
    .raw();
  return (audience, windowDay) =>
    rawRows(select, [dayNumberOf(windowDay), audience]).map((row) => ({
      flag: textAt(row, 0),
      rule: textAt(row, 1),
      variant: textAt(row, 2),
      bundleVersion: numberAt(row, 3),
      exposures: numberAt(row, 4),
      reports: numberAt(row, 5),
    }));
}

/** Keeps splits and answers since when each is in force; runs inside a transaction. */
export function createSplitNotes(
  database: Database,
): (audience: string, splits: readonly RuleSplit[], now: { version: number; atMs: number }) => SplitStart[] {
  // A version below the kept one means that versions began again, in a new epoch of the root.
  const upsert = database.prepare(`
    insert into rule_splits values (?, ?, ?, ?, 0, 0)
    on conflict do update set
      since_version = case when fingerprint <> excluded.fingerprint then ?5 else min(since_version, ?5) end,
      changed_at_ms = case when fingerprint <> excluded.fingerprint then ?6 else changed_at_ms end,
      fingerprint = excluded.fingerprint`);
  const select = database
    .prepare("select flag, rule, fingerprint, since_version, changed_at_ms from rule_splits where audience = ?")
    .raw();
  return (audience, splits, now) => {
    for (const { flag, rule, fingerprint } of splits) {
      upsert.run([audience, flag, rule, fingerprint, now.version, now.atMs]);
    }
    return rawRows(select, [audience]).map((row) => ({
      flag: textAt(row, 0),
      rule: textAt(row, 1),
      fingerprint: textAt(row, 2),
      sinceVersion: numberAt(row, 3),
      changedAtMs: numberAt(row, 4),
    }));
  };
}

/** What the instances of an audience said that were heard since a moment. */
export function createInstancesReader(database: Database): (audience: string, sinceMs: number) => InstanceSummary {
  const heard = "audience = ?1 and last_heard_at_ms >= ?2";
  const versions = database
    .prepare(`select version, count(*) from instances where ${heard} group by version order by version`)
    .raw();
  const rejections = database
    .prepare(`
      select rejected_version, rejected_code, count(*) from instances where ${heard} and rejected_version > 0
      group by rejected_version, rejected_code order by count(*) desc, rejected_version desc limit 20`)
    .raw();
  const losses = database
    .prepare(`
      select reason, sum(count) from instance_losses
      where audience = ?1 and instance_id in (select instance_id from instances where ${heard})
      group by reason order by reason limit 50`)
    .raw();
  const missing = database
    .prepare(`select sum(max(0, sequence_highest - records_received)) from instances where ${heard}`)
    .raw();
  return (audience, sinceMs) => {
    const filter = [audience, sinceMs];
    const byVersion = rawRows(versions, filter).map((row) => ({
      version: numberAt(row, 0),
      instances: numberAt(row, 1),
    }));
    return {
      instances: byVersion.reduce((sum, { instances }) => sum + instances, 0),
      versions: byVersion,
      rejections: rawRows(rejections, filter).map((row) => ({
        version: numberAt(row, 0),
        code: textAt(row, 1),
        instances: numberAt(row, 2),
      })),
      losses: rawRows(losses, filter).map((row) => ({ reason: textAt(row, 0), count: numberAt(row, 1) })),
      missingRecords: rawRows(missing, filter).reduce((sum, row) => sum + numberAt(row, 0), 0),
    };
  };
}
