/** Keeps what instances say of themselves with their batches: their bundle, their sequence, their losses. @module */
import type { PoolClient } from "pg";
import type { CheckedBatch } from "../../exposure-store.js";
import { hexOf, numbersParameter, uuidsParameter } from "./array-parameter.js";

/**
 * A status replaces an older one by the time its batch was sealed, since batches may arrive out of order; -1 stands for none.
 * A refused version is kept until the instance runs that version or a later one: the report that follows a refusal says nothing of it.
 */
const upsertInstances = {
  name: "upsert-instances",
  text: `
    insert into aplomb.instances as i (
      audience, instance_id, sdk, first_heard_at_ms, last_heard_at_ms, sequence_highest, records_received,
      status_at_ms, epoch, version, sha256, age_ms, rejected_version, rejected_code, quarantined_flags
    )
    select audience, instance_id, sdk, received_at_ms, received_at_ms, sequence_last, records,
      status_at_ms, epoch, version, sha256, age_ms, rejected_version, rejected_code, quarantined_flags
    from unnest(
      $1::text[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
      $10::text[], $11::bigint[], $12::bigint[], $13::text[], $14::text[]
    ) as r (
      audience, instance_id, sdk, received_at_ms, sequence_last, records, status_at_ms, epoch, version,
      sha256, age_ms, rejected_version, rejected_code, quarantined_flags
    )
    on conflict (audience, instance_id) do update set
      sdk = excluded.sdk,
      last_heard_at_ms = greatest(i.last_heard_at_ms, excluded.last_heard_at_ms),
      sequence_highest = greatest(i.sequence_highest, excluded.sequence_highest),
      records_received = least(i.records_received + excluded.records_received, 9007199254740991),
      ${ifNewer("epoch", "excluded.epoch")},
      ${ifNewer("version", "excluded.version")},
      ${ifNewer("sha256", "excluded.sha256")},
      ${ifNewer("age_ms", "excluded.age_ms")},
      ${ifNewer("quarantined_flags", "excluded.quarantined_flags")},
      ${ifNewer("rejected_code", rejection("rejected_code", "''"))},
      ${ifNewer("rejected_version", rejection("rejected_version", "0"))},
      status_at_ms = greatest(i.status_at_ms, excluded.status_at_ms)`,
};

const raiseLosses = {
  name: "raise-losses",
  text: `
    insert into aplomb.instance_losses as l
    select * from unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[])
    on conflict (audience, instance_id, reason) do update set count = greatest(l.count, excluded.count)`,
};

function ifNewer(column: string, value: string): string {
  return `${column} = case when excluded.status_at_ms >= i.status_at_ms and excluded.status_at_ms >= 0 then ${value} else i.${column} end`;
}

function rejection(column: string, none: string): string {
  return `case when excluded.rejected_version > 0 then excluded.${column} when excluded.version >= i.rejected_version then ${none} else i.${column} end`;
}

/** Writes what the instances of batches report; runs inside a transaction, once for each batch id. */
export async function writeInstances(client: PoolClient, batches: readonly CheckedBatch[]): Promise<void> {
  for (const round of roundsOf(batches)) await writeRound(client, round);
  await writeLosses(client, batches);
}

const keyOf = ({ audience, instanceId }: CheckedBatch): string => `${audience}\0${hexOf(instanceId)}`;

/** Batches in as few rounds as let each instance occur once in a round, in their order: a statement writes a row once. */
function roundsOf(batches: readonly CheckedBatch[]): CheckedBatch[][] {
  const rounds: CheckedBatch[][] = [];
  const seen = new Map<string, number>();
  for (const batch of batches) {
    const key = keyOf(batch);
    const at = seen.get(key) ?? 0;
    seen.set(key, at + 1);
    const round = rounds[at] ?? [];
    round.push(batch);
    rounds[at] = round;
  }
  // By key, so that two processes that hear the same instances wait for each other instead of deadlocking.
  for (const round of rounds) round.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return rounds;
}

async function writeRound(client: PoolClient, batches: readonly CheckedBatch[]): Promise<void> {
  const numbers = (value: (batch: CheckedBatch) => number): string => numbersParameter(batches.map(value));
  await client.query({
    ...upsertInstances,
    values: [
      batches.map(({ audience }) => audience),
      uuidsParameter(batches.map(({ instanceId }) => instanceId)),
      batches.map(({ sdk }) => sdk),
      numbers(({ receivedAtMs }) => receivedAtMs),
      numbers(({ sequenceLast }) => sequenceLast),
      numbers(recordsIn),
      numbers(({ status, createdAtMs }) => (status ? createdAtMs : -1)),
      numbers(({ status }) => status?.epoch ?? 0),
      numbers(({ status }) => status?.version ?? 0),
      batches.map(({ status }) => status?.sha256 ?? ""),
      numbers(({ status }) => status?.ageMs ?? 0),
      numbers(({ status }) => status?.rejectedVersion ?? 0),
      batches.map(({ status }) => (status && status.rejectedVersion > 0 ? status.rejectedCode : "")),
      batches.map(({ status }) => JSON.stringify(status?.quarantinedFlags ?? [])),
    ],
  });
}

/** How many records a batch's sequence range stands for. */
function recordsIn({ sequenceFirst, sequenceLast }: CheckedBatch): number {
  return sequenceFirst === 0 ? 0 : sequenceLast - sequenceFirst + 1;
}

async function writeLosses(client: PoolClient, batches: readonly CheckedBatch[]): Promise<void> {
  const losses = new Map<string, { batch: CheckedBatch; reason: string; count: number }>();
  for (const batch of batches) {
    for (const { reason, count } of batch.losses) {
      const key = `${keyOf(batch)}\0${reason}`;
      const known = losses.get(key);
      if (known === undefined || known.count < count) losses.set(key, { batch, reason, count });
    }
  }
  if (losses.size === 0) return;
  const sorted = [...losses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, loss]) => loss);
  await client.query({
    ...raiseLosses,
    values: [
      sorted.map(({ batch }) => batch.audience),
      uuidsParameter(sorted.map(({ batch }) => batch.instanceId)),
      sorted.map(({ reason }) => reason),
      numbersParameter(sorted.map(({ count }) => count)),
    ],
  });
}
