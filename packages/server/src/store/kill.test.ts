/** A server that is killed while it stores: what it acknowledged is on disk, and nothing is there twice. @module */
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { batchBytes, connectClient, exposures } from "../../test/batches.js";
import { pageKey, temporaryDirectory } from "../../test/endpoint.js";
import { startChild } from "../../test/start-child.js";
import { openEmbeddedStore } from "./open-embedded-store.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const rounds = isDeep ? 50 : 6;
const rowsPerBatch = 20;

test(`killed ${rounds} times in the middle of a load: every acknowledged row is there, once`, {
  timeout: isDeep ? 1_800_000 : 120_000,
}, async () => {
  const directory = await temporaryDirectory();
  const sent: Uint8Array[] = [];
  const acknowledged = new Set<string>();
  let unit = 0;
  for (let round = 0; round < rounds; round++) {
    const { child, url } = await startChild(directory);
    const client = connectClient(url, pageKey);
    const killed = once(child, "exit");
    let running = true;
    // What the last life left unanswered is sent again first, byte for byte, as a client does.
    const repeats = sent.splice(0);
    const send = async (): Promise<void> => {
      while (running) {
        const from = unit;
        const again = repeats.shift();
        if (again === undefined) unit += rowsPerBatch;
        const batch = again ?? batchBytes({ exposures: exposures(rowsPerBatch, {}, from) });
        try {
          await client.publishExposures({ batch, sentAtMs: BigInt(Date.now()) });
          if (again === undefined)
            for (let row = from; row < from + rowsPerBatch; row++) acknowledged.add(`user-${row}`);
        } catch {
          sent.push(batch);
          return;
        }
      }
    };
    const senders = Array.from({ length: 4 }, send);
    setTimeout(() => child.kill("SIGKILL"), 150 + 50 * (round % 10));
    await killed;
    running = false;
    await Promise.all(senders);
  }

  const store = await openEmbeddedStore(join(directory, "exposures.db"));
  const stored = new Map<string, number>();
  for await (const row of store.readExposures()) stored.set(row.unit, (stored.get(row.unit) ?? 0) + row.timesReported);
  expect(acknowledged.size).toBeGreaterThan(rounds * rowsPerBatch);
  expect([...acknowledged].filter((name) => !stored.has(name))).toEqual([]);
  expect([...stored].filter(([, reports]) => reports !== 1)).toEqual([]);
  await store.close();
  await rm(directory, { recursive: true, force: true });
});
