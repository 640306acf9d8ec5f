/** Reads what single instances report of themselves. @module */
import type { Database } from "libsql";
import type { InstanceReport } from "../exposure-store.js";
import { namesIn, numberAt, rawRows, textAt } from "./column.js";

/** Instances heard since a moment, those in trouble first. */
export function createInstanceReader(
  database: Database,
): (audience: string, sinceMs: number, limit: number) => InstanceReport[] {
  const select = database
    .prepare(`
      select lower(hex(i.instance_id)), i.sdk, i.last_heard_at_ms, i.version, i.sha256, i.age_ms,
        i.rejected_version, i.rejected_code, i.quarantined_flags,
        coalesce((select sum(count) from instance_losses l
          where l.audience = i.audience and l.instance_id = i.instance_id), 0) as lost,
        max(0, i.sequence_highest - i.records_received) as missing
      from instances i where i.audience = ?1 and i.last_heard_at_ms >= ?2
      order by i.rejected_version > 0 desc, i.quarantined_flags <> '[]' desc, lost + missing > 0 desc,
        i.last_heard_at_ms desc
      limit ?3`)
    .raw();
  return (audience, sinceMs, limit) =>
    rawRows(select, [audience, sinceMs, limit]).map((row) => ({
      instanceId: textAt(row, 0),
      sdk: textAt(row, 1),
      lastHeardAtMs: numberAt(row, 2),
      version: numberAt(row, 3),
      sha256: textAt(row, 4),
      ageMs: numberAt(row, 5),
      rejectedVersion: numberAt(row, 6),
      rejectedCode: textAt(row, 7),
      quarantinedFlags: namesIn(textAt(row, 8)),
      lost: numberAt(row, 9),
      missingRecords: numberAt(row, 10),
    }));
}
