/** Keeps exposures that cannot be true, apart from all others. @module */
import type { Exposure } from "@aplomb/core";
import type { PoolClient } from "pg";
import type { CheckedBatch } from "../../exposure-store.js";
import { dayNumberOf } from "../../window-day.js";
import { hexOf, numbersParameter, uuidsParameter } from "./array-parameter.js";

const insertQuarantine = {
  name: "insert-quarantine",
  text: `
    insert into aplomb.implausible_exposures
    select * from unnest(
      $1::text[], $2::text[], $3::text[], $4::integer[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
      $11::text[], $12::text[], $13::bigint[], $14::bigint[], $15::bigint[])
    on conflict do nothing`,
};

/** Writes what batches have to be kept apart, the first report of each; runs inside a transaction, once for each batch id. */
export async function writeQuarantine(client: PoolClient, batches: readonly CheckedBatch[]): Promise<void> {
  const found = batches.flatMap((batch) => batch.quarantine.map(({ code, exposure }) => ({ batch, code, exposure })));
  if (found.length === 0) return;
  // In the order of their key, so that two processes that write the same rows wait for each other instead of deadlocking.
  const keyOf = ({ exposure }: (typeof found)[number]): string => exposure.windowDay + hexOf(exposure.exposureId);
  const rows = found.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const column = <T>(value: (exposure: Exposure) => T): T[] => rows.map(({ exposure }) => value(exposure));
  await client.query({
    ...insertQuarantine,
    values: [
      rows.map(({ batch }) => batch.audience),
      rows.map(({ batch }) => batch.client),
      rows.map(({ code }) => code),
      numbersParameter(column(({ windowDay }) => dayNumberOf(windowDay))),
      uuidsParameter(column(({ exposureId }) => exposureId)),
      ...(["flag", "variant", "rule", "assignmentId", "unitSelector", "unit"] as const).map((field) =>
        column((exposure) => exposure[field]),
      ),
      column(({ fallthroughs }) => JSON.stringify(fallthroughs)),
      numbersParameter(column(({ bundleVersion }) => bundleVersion)),
      numbersParameter(column(({ exposedAtMs }) => exposedAtMs)),
      numbersParameter(rows.map(({ batch }) => batch.receivedAtMs)),
    ],
  });
}
