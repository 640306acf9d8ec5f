/** Writes several checked batches in one transaction, with one statement for each table. @module */
import type { PoolClient } from "pg";
import type { CheckedBatch, StoreOutcome, TrackedEvent } from "../../exposure-store.js";
import { bytesOfUuid, hexOf, numbersParameter, uuidsParameter } from "./array-parameter.js";
import type { ExposureWriter } from "./write-exposures.js";
import { writeInstances } from "./write-instances.js";
import { writeQuarantine } from "./write-quarantine.js";

const insertBatches = {
  name: "insert-batches",
  text: `
    insert into aplomb.batches select * from unnest($1::text[], $2::uuid[], $3::bigint[])
    on conflict do nothing returning audience, batch_id`,
};

const insertEvents = {
  name: "insert-events",
  text: `
    insert into aplomb.track_events (audience, event_id, name, unit, value, properties, tracked_at_ms, received_at_ms)
    select * from unnest(
      $1::text[], $2::uuid[], $3::text[], $4::text[], $5::double precision[], $6::jsonb[], $7::bigint[], $8::bigint[])
    on conflict do nothing returning audience, event_id`,
};

const known: StoreOutcome = { duplicate: true, newExposures: 0, knownExposures: 0, newTrackEvents: 0 };

/** Writes batches; those whose id is known write nothing. Answers in their order. */
export async function writeBatches(
  client: PoolClient,
  batches: readonly CheckedBatch[],
  exposures: ExposureWriter,
): Promise<StoreOutcome[]> {
  const fresh = await insertIds(client, batches);
  if (fresh.length === 0) return batches.map(() => known);
  const added = await exposures.write(client, fresh);
  const events = await writeEvents(client, fresh);
  await writeQuarantine(client, fresh);
  await writeInstances(client, fresh);
  const outcomes = new Map<CheckedBatch, StoreOutcome>(
    fresh.map((batch, at) => {
      const newExposures = added[at] ?? 0;
      const knownExposures = batch.exposures.length - newExposures;
      return [batch, { duplicate: false, newExposures, knownExposures, newTrackEvents: events[at] ?? 0 }];
    }),
  );
  return batches.map((batch) => {
    const outcome = outcomes.get(batch) ?? known;
    // The same object, waiting a second time, is a repeat.
    outcomes.delete(batch);
    return outcome;
  });
}

const keyOf = (audience: string, id: Uint8Array): string => `${audience}\0${hexOf(id)}`;

/** Inserts the ids; answers the batches whose id was not known, each id once. */
async function insertIds(client: PoolClient, batches: readonly CheckedBatch[]): Promise<CheckedBatch[]> {
  const first = new Map<string, CheckedBatch>();
  for (const batch of batches) {
    const key = keyOf(batch.audience, batch.batchId);
    if (!first.has(key)) first.set(key, batch);
  }
  const all = [...first.values()];
  const { rows } = await client.query<{ audience: string; batch_id: string }>({
    ...insertBatches,
    values: [
      all.map(({ audience }) => audience),
      uuidsParameter(all.map(({ batchId }) => batchId)),
      numbersParameter(all.map(({ receivedAtMs }) => receivedAtMs)),
    ],
  });
  const inserted = new Set(rows.map(({ audience, batch_id }) => keyOf(audience, bytesOfUuid(batch_id))));
  return [...first].filter(([key]) => inserted.has(key)).map(([, batch]) => batch);
}

/** Inserts the tracked events; answers how many of each batch were new. */
async function writeEvents(client: PoolClient, batches: readonly CheckedBatch[]): Promise<number[]> {
  const events = batches.flatMap((batch, at) => batch.trackEvents.map((event) => ({ batch, at, event })));
  const added = batches.map(() => 0);
  if (events.length === 0) return added;
  const column = <T>(value: (event: TrackedEvent) => T): T[] => events.map(({ event }) => value(event));
  const { rows } = await client.query<{ audience: string; event_id: string }>({
    ...insertEvents,
    values: [
      events.map(({ batch }) => batch.audience),
      uuidsParameter(column(({ eventId }) => eventId)),
      column(({ name }) => name),
      column(({ unit }) => unit),
      numbersParameter(column(({ value }) => value ?? null)),
      column(({ properties }) => storableJson(JSON.stringify(properties))),
      numbersParameter(column(({ trackedAtMs }) => trackedAtMs)),
      numbersParameter(events.map(({ batch }) => batch.receivedAtMs)),
    ],
  });
  const inserted = new Set(rows.map(({ audience, event_id }) => keyOf(audience, bytesOfUuid(event_id))));
  for (const { batch, at, event } of events) {
    if (inserted.delete(keyOf(batch.audience, event.eventId))) added[at] = (added[at] ?? 0) + 1;
  }
  return added;
}

/** JSON without U+0000, which PostgreSQL's texts cannot hold: U+FFFD stands in its place. */
function storableJson(json: string): string {
  return json.replaceAll(/(?<!\\)((?:\\\\)*)\\u0000/g, "$1\\ufffd");
}
