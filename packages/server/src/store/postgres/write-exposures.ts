/** Writes the exposures of several batches in one statement, and adds them to the totals. @module */
import type { Exposure } from "@aplomb/core";
import type { PoolClient } from "pg";
import type { CheckedBatch } from "../../exposure-store.js";
import { dayNumberOf } from "../../window-day.js";
import { type Addition, additionOf } from "../addition.js";
import { hexOf, numbersParameter } from "./array-parameter.js";
import { outcomeText, type TextNumbers } from "./text-numbers.js";

/** Writes exposures; runs inside a transaction. */
export interface ExposureWriter {
  /** How many exposures of each batch were new, in the order of the batches. */
  write(client: PoolClient, batches: readonly CheckedBatch[]): Promise<number[]>;
  /** Drops what was learned inside a transaction that was undone. */
  forget(): void;
}

/** One row to be: all reports of one exposure in these batches. */
interface PendingRow {
  /** Of the exposure id: 32 hexadecimal digits. */
  readonly id: string;
  readonly windowDay: number;
  readonly outcome: number;
  /** The first report's place among the batches. */
  readonly batch: number;
  readonly exposure: Exposure;
  firstMs: number;
  lastMs: number;
  reports: number;
  isNew: boolean;
}

/** The numbers of who sent a batch. */
interface Sender {
  readonly sdk: number | undefined;
  readonly client: number | undefined;
}

const insertRows = {
  name: "insert-exposures",
  text: `
    with reported as materialized (
      select * from unnest(
        $1::integer[], $2::integer[], $3::uuid[], $4::integer[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
        $10::text[], $11::text[], $12::integer[]
      ) as r (
        outcome, window_day, exposure_id, sdk, bundle_version, first_exposed_at_ms, last_exposed_at_ms, times_reported, received_at_ms,
        unit, fallthroughs, client
      )
    ), inserted as (
      insert into aplomb.exposure_rows (
        outcome, window_day, exposure_id, sdk, bundle_version, first_exposed_at_ms, last_exposed_at_ms, times_reported, received_at_ms,
        unit, fallthroughs, client
      ) select * from reported on conflict do nothing returning window_day, exposure_id
    )
    select r.exposure_id from reported r
    where not exists (select from inserted i where i.exposure_id = r.exposure_id and i.window_day = r.window_day)`,
};

const repeatRows = {
  name: "repeat-exposures",
  text: `
    update aplomb.exposure_rows e set
      times_reported = e.times_reported + r.times_reported,
      first_exposed_at_ms = least(e.first_exposed_at_ms, r.first_exposed_at_ms),
      last_exposed_at_ms = greatest(e.last_exposed_at_ms, r.last_exposed_at_ms)
    from unnest($1::integer[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[])
      as r (window_day, exposure_id, first_exposed_at_ms, last_exposed_at_ms, times_reported)
    where e.window_day = r.window_day and e.exposure_id = r.exposure_id`,
};

const addTotals = {
  name: "add-totals",
  text: `
    insert into aplomb.exposure_totals as t
    select * from unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[], $5::bigint[])
    on conflict (window_day, outcome, bundle_version) do update set
      exposures = t.exposures + excluded.exposures, reports = t.reports + excluded.reports`,
};

/** Remembers the numbers that it saw. */
export function createExposureWriter(outcomes: TextNumbers, sdks: TextNumbers, clients: TextNumbers): ExposureWriter {
  return {
    forget() {
      outcomes.forget();
      sdks.forget();
      clients.forget();
    },
    async write(connection, batches) {
      const added = batches.map(() => 0);
      if (batches.every(({ exposures }) => exposures.length === 0)) return added;
      const texts = batches.map(({ audience, exposures }) =>
        exposures.map((exposure) => outcomeText(audience, exposure)),
      );
      const outcomeOf = await outcomes.numberAll(connection, new Set(texts.flat()));
      const { rows, additions } = gather(batches, texts, outcomeOf);
      const sdkOf = await sdks.numberAll(connection, new Set(batches.map(({ sdk }) => sdk)));
      const clientOf = await clients.numberAll(connection, new Set(batches.map(({ client }) => client)));
      const senders = batches.map(({ sdk, client }) => ({ sdk: sdkOf.get(sdk), client: clientOf.get(client) }));
      await insertOrRepeat(connection, rows, batches, senders);
      for (const row of rows) {
        if (!row.isNew) continue;
        added[row.batch] = (added[row.batch] ?? 0) + 1;
        additionOf(additions, row.windowDay, row.outcome, row.exposure.bundleVersion).exposures += 1;
      }
      await writeTotals(connection, additions);
      return added;
    },
  };
}

/**
 * Reports of one exposure become one row, which no statement could write twice.
 *
 * Rows come in the order of their key, so that two processes that write the same ones wait for each other instead of deadlocking.
 */
function gather(
  batches: readonly CheckedBatch[],
  texts: readonly (readonly string[])[],
  outcomeOf: ReadonlyMap<string, number>,
): { rows: PendingRow[]; additions: Map<string, Addition> } {
  const rows = new Map<string, PendingRow>();
  const additions = new Map<string, Addition>();
  const dayNumber = rememberDays();
  batches.forEach(({ exposures }, batch) => {
    exposures.forEach((exposure, at) => {
      const { exposedAtMs, bundleVersion } = exposure;
      const id = hexOf(exposure.exposureId);
      const windowDay = dayNumber(exposure.windowDay);
      const outcome = outcomeOf.get(texts[batch]?.[at] ?? "") ?? Number.NaN;
      additionOf(additions, windowDay, outcome, bundleVersion).reports += 1;
      const known = rows.get(id);
      if (known) {
        known.reports += 1;
        known.firstMs = Math.min(known.firstMs, exposedAtMs);
        known.lastMs = Math.max(known.lastMs, exposedAtMs);
        return;
      }
      const times = { firstMs: exposedAtMs, lastMs: exposedAtMs, reports: 1, isNew: true };
      rows.set(id, { id, windowDay, outcome, batch, exposure, ...times });
    });
  });
  return { rows: [...rows.values()].sort(byKey), additions };
}

function byKey(a: PendingRow, b: PendingRow): number {
  if (a.windowDay !== b.windowDay) return a.windowDay - b.windowDay;
  return a.id < b.id ? -1 : 1;
}

async function insertOrRepeat(
  client: PoolClient,
  rows: readonly PendingRow[],
  batches: readonly CheckedBatch[],
  senders: readonly Sender[],
): Promise<void> {
  const numbers = (value: (row: PendingRow) => number): string => numbersParameter(rows.map(value));
  const known = await client.query<{ exposure_id: string }>({
    ...insertRows,
    values: [
      numbers(({ outcome }) => outcome),
      numbers(({ windowDay }) => windowDay),
      `{${rows.map(({ id }) => id).join(",")}}`,
      numbers(({ batch }) => senders[batch]?.sdk ?? Number.NaN),
      numbers(({ exposure }) => exposure.bundleVersion),
      numbers(({ firstMs }) => firstMs),
      numbers(({ lastMs }) => lastMs),
      numbers(({ reports }) => reports),
      numbers(({ batch }) => batches[batch]?.receivedAtMs ?? Number.NaN),
      rows.map(({ exposure }) => exposure.unit),
      rows.map(({ exposure: { fallthroughs } }) => (fallthroughs.length === 0 ? null : JSON.stringify(fallthroughs))),
      numbers(({ batch }) => senders[batch]?.client ?? Number.NaN),
    ],
  });
  if (known.rows.length === 0) return;
  const knownIds = new Set(known.rows.map((row) => row.exposure_id.replaceAll("-", "")));
  const repeated = rows.filter(({ id }) => knownIds.has(id));
  for (const row of repeated) row.isNew = false;
  await client.query({
    ...repeatRows,
    values: [
      numbersParameter(repeated.map(({ windowDay }) => windowDay)),
      `{${repeated.map(({ id }) => id).join(",")}}`,
      ...(["firstMs", "lastMs", "reports"] as const).map((field) =>
        numbersParameter(repeated.map((row) => row[field])),
      ),
    ],
  });
}

async function writeTotals(client: PoolClient, additions: ReadonlyMap<string, Addition>): Promise<void> {
  const sorted = [...additions.values()].sort(
    (a, b) => a.windowDay - b.windowDay || a.outcome - b.outcome || a.bundleVersion - b.bundleVersion,
  );
  const fields = ["windowDay", "outcome", "bundleVersion", "exposures", "reports"] as const;
  await client.query({
    ...addTotals,
    values: fields.map((field) => numbersParameter(sorted.map((row) => row[field]))),
  });
}

/** The number of a day, worked out once for the many exposures of one day. */
function rememberDays(): (day: string) => number {
  const numbers = new Map<string, number>();
  return (day) => {
    const known = numbers.get(day);
    if (known !== undefined) return known;
    const number = dayNumberOf(day);
    numbers.set(day, number);
    return number;
  };
}
