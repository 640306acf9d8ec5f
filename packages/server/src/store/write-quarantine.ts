/** Keeps exposures that cannot be true, apart from all others. @module */
import type { Database } from "libsql";
import type { CheckedBatch } from "../exposure-store.js";
import { dayNumberOf } from "../window-day.js";

/** Prepares the statement once; the returned function runs inside a transaction, once for each batch id. */
export function createQuarantineWriter(database: Database): (batch: CheckedBatch) => void {
  const insert = database.prepare(
    "insert or ignore into implausible_exposures values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  return ({ audience, client, receivedAtMs, quarantine }) => {
    for (const { code, exposure } of quarantine) {
      const { flag, variant, rule, assignmentId, unitSelector, unit, fallthroughs } = exposure;
      insert.run([
        ...[audience, client, code, dayNumberOf(exposure.windowDay), exposure.exposureId],
        ...[flag, variant, rule, assignmentId, unitSelector, unit, JSON.stringify(fallthroughs)],
        ...[exposure.bundleVersion, exposure.exposedAtMs, receivedAtMs],
      ]);
    }
  };
}
