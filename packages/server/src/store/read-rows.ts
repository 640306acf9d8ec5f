/** Reads exposures and tracked events in pages, so that writing goes on between them. @module */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Fallthrough, JsonObject } from "@aplomb/core";
import type { Database } from "libsql";
import type { ExposureFilter, StoredExposure, TrackEventFilter, TrackedEvent } from "../exposure-store.js";
import { dayAt, dayNumberOf, endOfDayMs, startOfDayMs } from "../window-day.js";
import { bytesAt, numberAt, type RawRow, rawRows, textAt } from "./column.js";

const pageRows = 1_000;

/** Exposures in the order of (window_day, exposure_id). */
export async function* readExposures(database: Database, filter: ExposureFilter): AsyncGenerator<StoredExposure> {
  const select = database
    .prepare(`
      select o.audience, o.flag, o.variant, o.rule, o.assignment_id, o.unit_selector, e.unit, e.fallthroughs,
        e.bundle_version, e.first_exposed_at_ms, e.last_exposed_at_ms, e.times_reported, e.received_at_ms,
        e.window_day, e.exposure_id, s.name, c.name
      from exposure_rows e join outcomes o on o.id = e.outcome
        left join sdks s on s.id = e.sdk left join clients c on c.id = e.client
      where (e.window_day, e.exposure_id) > (?1, ?2) and e.window_day <= ?3
        and (?4 is null or o.audience = ?4) and (?5 is null or o.flag = ?5)
      order by e.window_day, e.exposure_id
      limit ${pageRows}`)
    .raw();
  const lastDay = filter.toDay === undefined ? Number.MAX_SAFE_INTEGER : dayNumberOf(filter.toDay);
  let day = filter.fromDay === undefined ? Number.MIN_SAFE_INTEGER : dayNumberOf(filter.fromDay);
  let id: Uint8Array = new Uint8Array();
  for (;;) {
    const rows = rawRows(select, [day, id, lastDay, filter.audience ?? null, filter.flag ?? null]);
    for (const row of rows) yield storedExposure(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    day = numberAt(last, 13);
    id = bytesAt(last, 14);
    await nextTurn();
  }
}

function storedExposure(row: RawRow): StoredExposure {
  const fallthroughs: readonly Fallthrough[] = row[7] === null ? [] : JSON.parse(textAt(row, 7));
  return {
    audience: textAt(row, 0),
    flag: textAt(row, 1),
    variant: textAt(row, 2),
    rule: textAt(row, 3),
    assignmentId: textAt(row, 4),
    unitSelector: textAt(row, 5),
    unit: textAt(row, 6),
    fallthroughs,
    bundleVersion: numberAt(row, 8),
    firstExposedAtMs: numberAt(row, 9),
    lastExposedAtMs: numberAt(row, 10),
    timesReported: numberAt(row, 11),
    receivedAtMs: numberAt(row, 12),
    windowDay: dayAt(numberAt(row, 13)),
    exposureId: bytesAt(row, 14),
    sdk: textAt(row, 15),
    client: textAt(row, 16),
  };
}

/** Tracked events in the order they were received. */
export async function* readTrackEvents(
  database: Database,
  filter: TrackEventFilter,
): AsyncGenerator<TrackedEvent & { readonly audience: string }> {
  const select = database
    .prepare(`
      select rowid, audience, event_id, name, unit, value, properties, tracked_at_ms from track_events
      where rowid > ?1 and (?2 is null or audience = ?2) and +tracked_at_ms between ?3 and ?4 order by rowid limit ${pageRows}`)
    .raw();
  const fromMs = filter.fromDay === undefined ? Number.MIN_SAFE_INTEGER : startOfDayMs(filter.fromDay);
  const toMs = filter.toDay === undefined ? Number.MAX_SAFE_INTEGER : endOfDayMs(filter.toDay);
  let after = 0;
  for (;;) {
    const rows = rawRows(select, [after, filter.audience ?? null, fromMs, toMs]);
    for (const row of rows) yield trackedEvent(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = numberAt(last, 0);
    await nextTurn();
  }
}

function trackedEvent(row: RawRow): TrackedEvent & { readonly audience: string } {
  const properties: JsonObject = JSON.parse(textAt(row, 6));
  return {
    audience: textAt(row, 1),
    eventId: bytesAt(row, 2),
    name: textAt(row, 3),
    unit: textAt(row, 4),
    value: row[5] === null ? undefined : numberAt(row, 5),
    properties,
    trackedAtMs: numberAt(row, 7),
  };
}
