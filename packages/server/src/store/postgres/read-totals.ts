/** Reads what the console counts by: totals of a day, and splits in force. @module */
import type { Pool } from "pg";
import type { ExposureTotal, RuleSplit, SplitStart } from "../../exposure-store.js";
import { dayNumberOf } from "../../window-day.js";

/** Counts of one UTC day by outcome and bundle version. */
export async function readTotals(pool: Pool, audience: string, windowDay: string): Promise<ExposureTotal[]> {
  const { rows } = await pool.query<Record<"flag" | "rule" | "variant" | "version" | "exposures" | "reports", string>>(
    `select o.flag, o.rule, o.variant, t.bundle_version as version, sum(t.exposures) as exposures, sum(t.reports) as reports
     from aplomb.exposure_totals t join aplomb.outcomes o on o.id = t.outcome
     where t.window_day = $1 and o.audience = $2
     group by o.flag, o.rule, o.variant, t.bundle_version
     order by o.flag collate "C", o.rule collate "C", o.variant collate "C", t.bundle_version`,
    [dayNumberOf(windowDay), audience],
  );
  return rows.map(({ flag, rule, variant, version, exposures, reports }) => ({
    ...{ flag, rule, variant },
    ...{ bundleVersion: Number(version), exposures: Number(exposures), reports: Number(reports) },
  }));
}

/** Keeps splits and answers since when each is in force. */
export async function noteSplits(
  pool: Pool,
  audience: string,
  splits: readonly RuleSplit[],
  now: { readonly version: number; readonly atMs: number },
): Promise<SplitStart[]> {
  // The last of several for one rule, and in the order of their key: a statement writes a row once.
  const byRule = new Map(splits.map((split) => [`${split.flag}\0${split.rule}`, split]));
  const sorted = [...byRule].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, split]) => split);
  // A version below the kept one means that versions began again, in a new epoch of the root.
  await pool.query(
    `insert into aplomb.rule_splits as s
     select $1, flag, rule, fingerprint, 0, 0 from unnest($2::text[], $3::text[], $4::text[]) as r (flag, rule, fingerprint)
     on conflict (audience, flag, rule) do update set
       since_version = case when s.fingerprint <> excluded.fingerprint then $5::bigint else least(s.since_version, $5::bigint) end,
       changed_at_ms = case when s.fingerprint <> excluded.fingerprint then $6::bigint else s.changed_at_ms end,
       fingerprint = excluded.fingerprint`,
    [
      audience,
      ...(["flag", "rule", "fingerprint"] as const).map((field) => sorted.map((split) => split[field])),
      ...[now.version, now.atMs],
    ],
  );
  const { rows } = await pool.query<Record<"flag" | "rule" | "fingerprint" | "since" | "changed", string>>(
    `select flag, rule, fingerprint, since_version as since, changed_at_ms as changed
     from aplomb.rule_splits where audience = $1 order by flag collate "C", rule collate "C"`,
    [audience],
  );
  return rows.map(({ flag, rule, fingerprint, since, changed }) => ({
    ...{ flag, rule, fingerprint },
    ...{ sinceVersion: Number(since), changedAtMs: Number(changed) },
  }));
}
