/** Reads exposures and tracked events in pages, so that no transaction stays open while somebody reads. @module */
import type { Fallthrough, JsonObject } from "@aplomb/core";
import type { Pool } from "pg";
import type { ExposureFilter, StoredExposure, TrackEventFilter, TrackedEvent } from "../../exposure-store.js";
import { dayAt, dayNumberOf, endOfDayMs, startOfDayMs } from "../../window-day.js";
import { bytesOfUuid } from "./array-parameter.js";

const pageRows = 1_000;

/** No window day is before or after these: core counts moments outside the years 1970 to 9999 as the nearest day inside. */
const days = { first: 0, last: dayNumberOf("9999-12-31") } as const;

interface ExposureRow {
  readonly audience: string;
  readonly flag: string;
  readonly variant: string;
  readonly rule: string;
  readonly assignment_id: string;
  readonly unit_selector: string;
  readonly unit: string;
  readonly fallthroughs: string | null;
  readonly bundle_version: string;
  readonly first_exposed_at_ms: string;
  readonly last_exposed_at_ms: string;
  readonly times_reported: string;
  readonly received_at_ms: string;
  readonly sdk: string;
  readonly client: string;
  readonly exposure_id: string;
}

/** Exposures in the order of (window_day, exposure_id), partition by partition. */
export async function* readExposures(pool: Pool, filter: ExposureFilter): AsyncGenerator<StoredExposure> {
  const { fromDay, toDay, audience, flag } = filter;
  const first = fromDay === undefined ? days.first : dayNumberOf(fromDay);
  const last = toDay === undefined ? days.last : dayNumberOf(toDay);
  const found = await pool.query<{ window_day: number }>(
    "select distinct window_day from aplomb.exposure_totals where window_day between $1 and $2 order by window_day",
    [first, last],
  );
  for (const { window_day: day } of found.rows) yield* readDay(pool, day, audience, flag);
}

async function* readDay(
  pool: Pool,
  day: number,
  audience: string | undefined,
  flag: string | undefined,
): AsyncGenerator<StoredExposure> {
  const windowDay = dayAt(day);
  let after: string | undefined;
  for (;;) {
    const { rows } = await pool.query<ExposureRow>(
      `select o.audience, o.flag, o.variant, o.rule, o.assignment_id, o.unit_selector, e.unit, e.fallthroughs,
        e.bundle_version, e.first_exposed_at_ms, e.last_exposed_at_ms, e.times_reported, e.received_at_ms, s.name as sdk,
        c.name as client, e.exposure_id
       from aplomb.exposure_rows e join aplomb.outcomes o on o.id = e.outcome join aplomb.sdks s on s.id = e.sdk
         join aplomb.clients c on c.id = e.client
       where e.window_day = $1 and e.exposure_id ${after === undefined ? ">=" : ">"} $2
         and ($3::text is null or o.audience = $3) and ($4::text is null or o.flag = $4)
       order by e.exposure_id limit ${pageRows}`,
      [day, after ?? "00000000-0000-0000-0000-000000000000", audience ?? null, flag ?? null],
    );
    for (const row of rows) yield storedExposure(row, windowDay);
    after = rows.at(-1)?.exposure_id;
    if (after === undefined || rows.length < pageRows) return;
  }
}

function storedExposure(row: ExposureRow, windowDay: string): StoredExposure {
  const fallthroughs: readonly Fallthrough[] = row.fallthroughs === null ? [] : JSON.parse(row.fallthroughs);
  return {
    audience: row.audience,
    flag: row.flag,
    variant: row.variant,
    rule: row.rule,
    assignmentId: row.assignment_id,
    unitSelector: row.unit_selector,
    unit: row.unit,
    fallthroughs,
    bundleVersion: Number(row.bundle_version),
    firstExposedAtMs: Number(row.first_exposed_at_ms),
    lastExposedAtMs: Number(row.last_exposed_at_ms),
    timesReported: Number(row.times_reported),
    receivedAtMs: Number(row.received_at_ms),
    sdk: row.sdk,
    client: row.client,
    windowDay,
    exposureId: bytesOfUuid(row.exposure_id),
  };
}

interface EventRow {
  readonly received: string;
  readonly audience: string;
  readonly event_id: string;
  readonly name: string;
  readonly unit: string;
  readonly value: number | null;
  readonly properties: JsonObject;
  readonly tracked_at_ms: string;
}

/** Tracked events in the order they were received. */
export async function* readTrackEvents(
  pool: Pool,
  filter: TrackEventFilter,
): AsyncGenerator<TrackedEvent & { readonly audience: string }> {
  const { audience, fromDay, toDay } = filter;
  const fromMs = fromDay === undefined ? Number.MIN_SAFE_INTEGER : startOfDayMs(fromDay);
  const toMs = toDay === undefined ? Number.MAX_SAFE_INTEGER : endOfDayMs(toDay);
  let after = "0";
  for (;;) {
    const { rows } = await pool.query<EventRow>(
      `select received, audience, event_id, name, unit, value, properties, tracked_at_ms from aplomb.track_events
       where received > $1 and tracked_at_ms between $2 and $3 and ($4::text is null or audience = $4)
       order by received limit ${pageRows}`,
      [after, fromMs, toMs, audience ?? null],
    );
    for (const row of rows) yield trackedEvent(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = last.received;
  }
}

function trackedEvent(row: EventRow): TrackedEvent & { readonly audience: string } {
  const { audience, name, unit, properties } = row;
  const value = row.value ?? undefined;
  return {
    audience,
    name,
    unit,
    properties,
    value,
    eventId: bytesOfUuid(row.event_id),
    trackedAtMs: Number(row.tracked_at_ms),
  };
}
