/** Keeps what an instance says of itself with each batch: its bundle, its sequence, its losses. @module */
import type { Database } from "libsql";
import type { CheckedBatch } from "../exposure-store.js";

/** How many records a batch's sequence range stands for. */
function recordsIn(batch: CheckedBatch): number {
  return batch.sequenceFirst === 0 ? 0 : batch.sequenceLast - batch.sequenceFirst + 1;
}

/**
 * Prepares the statements once; the returned function runs inside a transaction, once for each batch id.
 *
 * A status replaces an older one by the time its batch was sealed, since batches may arrive out of order. A refused version is kept
 * until the instance runs that version or a later one: the report that follows a refusal says nothing of it.
 */
export function createInstanceWriter(database: Database): (batch: CheckedBatch) => void {
  const upsert = database.prepare(`
    insert into instances values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict do update set
      sdk = excluded.sdk,
      last_heard_at_ms = max(last_heard_at_ms, excluded.last_heard_at_ms),
      sequence_highest = max(sequence_highest, excluded.sequence_highest),
      records_received = records_received + excluded.records_received`);
  const setStatus = database.prepare(`
    update instances set
      status_at_ms = ?1, epoch = ?2, version = ?3, sha256 = ?4, age_ms = ?5, quarantined_flags = ?6,
      rejected_code = case when ?7 > 0 then ?8 when ?3 >= rejected_version then '' else rejected_code end,
      rejected_version = case when ?7 > 0 then ?7 when ?3 >= rejected_version then 0 else rejected_version end
    where audience = ?9 and instance_id = ?10 and status_at_ms <= ?1`);
  const setLoss = database.prepare(`
    insert into instance_losses values (?, ?, ?, ?)
    on conflict do update set count = max(count, excluded.count)`);

  return (batch) => {
    const { audience, instanceId, receivedAtMs, createdAtMs, status } = batch;
    upsert.run([
      ...[audience, instanceId, batch.sdk, receivedAtMs, receivedAtMs, batch.sequenceLast, recordsIn(batch)],
      ...[0, 0, 0, "", 0, 0, "", "[]"],
    ]);
    if (status) {
      setStatus.run([
        ...[createdAtMs, status.epoch, status.version, status.sha256, status.ageMs],
        ...[JSON.stringify(status.quarantinedFlags), status.rejectedVersion, status.rejectedCode],
        ...[audience, instanceId],
      ]);
    }
    for (const { reason, count } of batch.losses) setLoss.run([audience, instanceId, reason, count]);
  };
}
