/** Reads what instances report of themselves: all together, and one by one. @module */
import type { Pool } from "pg";
import type { InstanceReport, InstanceSummary } from "../../exposure-store.js";
import { namesIn } from "../column.js";

/** What the instances of an audience said that were heard since a moment. */
export async function readInstances(pool: Pool, audience: string, sinceMs: number): Promise<InstanceSummary> {
  const heard = "audience = $1 and last_heard_at_ms >= $2";
  const filter = [audience, sinceMs];
  const [versions, rejections, losses, missing] = await Promise.all([
    pool.query<Record<"version" | "instances", string>>(
      `select version, count(*) as instances from aplomb.instances where ${heard} group by version order by version`,
      filter,
    ),
    pool.query<Record<"version" | "code" | "instances", string>>(
      `select rejected_version as version, rejected_code as code, count(*) as instances from aplomb.instances
       where ${heard} and rejected_version > 0
       group by rejected_version, rejected_code order by count(*) desc, rejected_version desc limit 20`,
      filter,
    ),
    pool.query<Record<"reason" | "count", string>>(
      `select reason, sum(count) as count from aplomb.instance_losses
       where audience = $1 and instance_id in (select instance_id from aplomb.instances where ${heard})
       group by reason order by reason collate "C" limit 50`,
      filter,
    ),
    pool.query<{ missing: string | null }>(
      `select sum(greatest(0, sequence_highest - records_received)) as missing from aplomb.instances where ${heard}`,
      filter,
    ),
  ]);
  const byVersion = versions.rows.map(({ version, instances }) => ({
    version: Number(version),
    instances: Number(instances),
  }));
  return {
    instances: byVersion.reduce((sum, { instances }) => sum + instances, 0),
    versions: byVersion,
    rejections: rejections.rows.map(({ version, code, instances }) => ({
      version: Number(version),
      code,
      instances: Number(instances),
    })),
    losses: losses.rows.map(({ reason, count }) => ({ reason, count: Number(count) })),
    missingRecords: Number(missing.rows[0]?.missing ?? 0),
  };
}

interface ReportRow {
  readonly instance_id: string;
  readonly sdk: string;
  readonly last_heard_at_ms: string;
  readonly version: string;
  readonly sha256: string;
  readonly age_ms: string;
  readonly rejected_version: string;
  readonly rejected_code: string;
  readonly quarantined_flags: string;
  readonly lost: string;
  readonly missing: string;
}

/** Instances heard since a moment, those in trouble first. */
export async function readInstanceReports(
  pool: Pool,
  audience: string,
  sinceMs: number,
  limit: number,
): Promise<InstanceReport[]> {
  const { rows } = await pool.query<ReportRow>(
    `with heard as (
       select i.*, greatest(0, i.sequence_highest - i.records_received) as missing,
         coalesce((select sum(l.count) from aplomb.instance_losses l
           where l.audience = i.audience and l.instance_id = i.instance_id), 0) as lost
       from aplomb.instances i where i.audience = $1 and i.last_heard_at_ms >= $2
     )
     select replace(instance_id::text, '-', '') as instance_id, sdk, last_heard_at_ms, version, sha256, age_ms,
       rejected_version, rejected_code, quarantined_flags, lost, missing
     from heard
     order by rejected_version > 0 desc, quarantined_flags <> '[]' desc, lost + missing > 0 desc, last_heard_at_ms desc
     limit $3`,
    [audience, sinceMs, limit],
  );
  return rows.map((row) => ({
    instanceId: row.instance_id,
    sdk: row.sdk,
    lastHeardAtMs: Number(row.last_heard_at_ms),
    version: Number(row.version),
    sha256: row.sha256,
    ageMs: Number(row.age_ms),
    rejectedVersion: Number(row.rejected_version),
    rejectedCode: row.rejected_code,
    quarantinedFlags: namesIn(row.quarantined_flags),
    lost: Number(row.lost),
    missingRecords: Number(row.missing),
  }));
}
