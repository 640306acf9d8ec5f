/** Writes one checked batch with prepared statements; runs inside a transaction. @module */
import type { Exposure } from "@aplomb/core";
import type { Database, Statement } from "libsql";
import type { CheckedBatch, StoreOutcome } from "../exposure-store.js";
import { dayNumberOf } from "../window-day.js";
import { type Addition, additionOf } from "./addition.js";
import { createInstanceWriter } from "./write-instance.js";
import { createQuarantineWriter } from "./write-quarantine.js";

/** Beyond this many outcomes their numbers are looked up again; a bound on memory, not on outcomes. */
const maxCachedOutcomes = 10_000;

/** Writes batches. */
export interface BatchWriter {
  /** Writes a batch; a batch id that is known writes nothing. */
  write(batch: CheckedBatch): StoreOutcome;
  /** Drops what was learned inside a transaction that was undone. */
  forget(): void;
}

/** The numbers of who sent a batch. */
interface Sender {
  readonly sdk: number;
  readonly client: number;
}

/** Prepares the statements once, for the life of the database. */
export function createBatchWriter(database: Database): BatchWriter {
  const insertBatch = database.prepare("insert or ignore into batches values (?, ?, ?)");
  const insertEvent = database.prepare("insert or ignore into track_events values (?, ?, ?, ?, ?, ?, ?, ?)");
  const writeInstance = createInstanceWriter(database);
  const writeQuarantine = createQuarantineWriter(database);
  const outcomes = createOutcomeNumbers(database);
  const sdks = createNameNumbers(database, "sdks");
  const clients = createNameNumbers(database, "clients");
  const writeExposures = createExposureWriter(database, outcomes.numberOf);

  return {
    write(batch) {
      const { changes } = insertBatch.run([batch.audience, batch.batchId, batch.receivedAtMs]);
      if (changes === 0) return { duplicate: true, newExposures: 0, knownExposures: 0, newTrackEvents: 0 };
      const newExposures = writeExposures(batch, {
        sdk: sdks.numberOf(batch.sdk),
        client: clients.numberOf(batch.client),
      });
      let newTrackEvents = 0;
      for (const event of batch.trackEvents) {
        newTrackEvents += insertEvent.run([
          batch.audience,
          event.eventId,
          event.name,
          event.unit,
          event.value ?? null,
          JSON.stringify(event.properties),
          event.trackedAtMs,
          batch.receivedAtMs,
        ]).changes;
      }
      writeQuarantine(batch);
      writeInstance(batch);
      return { duplicate: false, newExposures, knownExposures: batch.exposures.length - newExposures, newTrackEvents };
    },
    forget() {
      outcomes.forget();
      sdks.forget();
      clients.forget();
    },
  };
}

/** Writes the exposures of a batch and adds them to the totals; answers how many were new. */
function createExposureWriter(database: Database, outcomeOf: (audience: string, exposure: Exposure) => number) {
  const insertRow = database.prepare("insert or ignore into exposure_rows values (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)");
  const repeatRow = database.prepare(`
    update exposure_rows set
      times_reported = times_reported + 1,
      first_exposed_at_ms = min(first_exposed_at_ms, ?),
      last_exposed_at_ms = max(last_exposed_at_ms, ?)
    where window_day = ? and exposure_id = ?`);
  const addTotal = database.prepare(`
    insert into exposure_totals values (?, ?, ?, ?, ?)
    on conflict do update set exposures = exposures + excluded.exposures, reports = reports + excluded.reports`);

  return (batch: CheckedBatch, sender: Sender): number => {
    const additions = new Map<string, Addition>();
    let added = 0;
    const { receivedAtMs } = batch;
    let day = "";
    let windowDay = 0;
    for (const exposure of batch.exposures) {
      const { exposureId, unit, fallthroughs, bundleVersion, exposedAtMs } = exposure;
      const outcome = outcomeOf(batch.audience, exposure);
      if (exposure.windowDay !== day) {
        day = exposure.windowDay;
        windowDay = dayNumberOf(day);
      }
      const passed = fallthroughs.length === 0 ? null : JSON.stringify(fallthroughs);
      const at = exposedAtMs;
      const { changes } = insertRow.run([
        outcome,
        windowDay,
        exposureId,
        unit,
        passed,
        bundleVersion,
        at,
        at,
        receivedAtMs,
        sender.sdk,
        sender.client,
      ]);
      if (changes === 0) repeatRow.run([exposedAtMs, exposedAtMs, windowDay, exposureId]);
      const addition = additionOf(additions, windowDay, outcome, bundleVersion);
      addition.exposures += changes;
      addition.reports += 1;
      added += changes;
    }
    for (const { windowDay, outcome, bundleVersion, exposures, reports } of additions.values()) {
      addTotal.run([windowDay, outcome, bundleVersion, exposures, reports]);
    }
    return added;
  };
}

/** The numbers of names in a table, remembered. */
function createNameNumbers(database: Database, table: "sdks" | "clients") {
  const insert: Statement = database.prepare(`insert or ignore into ${table} (name) values (?)`);
  const select: Statement = database.prepare(`select id from ${table} where name = ?`).raw();
  const cache = new Map<string, number>();

  return {
    forget: () => cache.clear(),
    numberOf(name: string): number {
      const cached = cache.get(name);
      if (cached !== undefined) return cached;
      insert.run([name]);
      const row = select.get([name]);
      const id = Array.isArray(row) ? Number(row[0]) : Number.NaN;
      if (cache.size >= maxCachedOutcomes) cache.clear();
      cache.set(name, id);
      return id;
    },
  };
}

/** The numbers of outcomes, remembered. */
function createOutcomeNumbers(database: Database) {
  const insert: Statement = database.prepare(
    "insert or ignore into outcomes (audience, flag, variant, rule, assignment_id, unit_selector) values (?, ?, ?, ?, ?, ?)",
  );
  const select: Statement = database
    .prepare(
      `select id from outcomes where audience = ? and flag = ? and variant = ? and rule = ? and assignment_id = ? and unit_selector = ?`,
    )
    .raw();
  const cache = new Map<string, number>();

  return {
    forget: () => cache.clear(),
    numberOf(audience: string, exposure: Exposure): number {
      const { flag, variant, rule, assignmentId, unitSelector } = exposure;
      const fields = [audience, flag, variant, rule, assignmentId, unitSelector];
      // No text holds U+0000 (rows that do are refused), so that joined texts are equal only where all fields are.
      const key = fields.join("\0");
      const cached = cache.get(key);
      if (cached !== undefined) return cached;
      insert.run(fields);
      const row = select.get(fields);
      const id = Array.isArray(row) ? Number(row[0]) : Number.NaN;
      if (cache.size >= maxCachedOutcomes) cache.clear();
      cache.set(key, id);
      return id;
    },
  };
}
