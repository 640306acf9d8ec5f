/** An endpoint that is killed while it stores: what it acknowledged is on disk, what it did not is stored later, once. @module */
import { createSeededRandom } from "@aplomb/testkit";
import { expect, test } from "vitest";
import { type Clock, type DeliveryCounters, fileJournal } from "./index.js";
import { nodeClock } from "./node-clock.js";
import { startVictimRig } from "./testing/victims.js";

const kills = process.env.APLOMB_DEEP === "1" ? 100 : 2;

/** Time that runs ten times as fast: so many outages take a client minutes of waiting. */
const hasty: Clock = {
  nowMs: nodeClock.nowMs,
  monotonicMs: () => nodeClock.monotonicMs() * 10,
  setTimer: (callback, delayMs) => nodeClock.setTimer(callback, delayMs / 10),
};

test(`E-04 killed ${kills} times in the middle of a load: nothing acknowledged is missing, nothing is there twice`, {
  timeout: 1_800_000,
}, async () => {
  const rig = await startVictimRig(true);
  const random = createSeededRandom(4);
  let child = await rig.serve();
  let counters: DeliveryCounters | undefined;
  let isOver = false;
  const client = rig.client({
    // Wherever it listens now.
    fetch: (url, init) => fetch(String(url).replace(rig.url, child.url), init),
    hooks: {
      onDelivery: (next) => {
        counters = next;
      },
    },
    clock: hasty,
    exposures: { flushIntervalMs: 1_000, outbox: fileJournal(rig.journal) },
  });
  await client.ready();
  let units = 0;
  const reading = (async () => {
    while (!isOver) {
      for (let more = 0; more < 10; more++)
        client.getBooleanValue("checkout.enabled", false, { targetingKey: `u${units++}` });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  for (let kill = 0; kill < kills; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 150 + random.next() * 300));
    await child.child.kill();
    child = await rig.serve();
  }
  isOver = true;
  await reading;
  await client.flush({ timeoutMs: 600_000 });
  await client.close();
  const stored = await rig.stored();
  const { acked = 0, dropped = {}, batchesRetried = 0 } = counters ?? {};
  console.info(`E-04: ${kills} kills, ${units} read, ${acked} acknowledged, ${stored.size} stored`, {
    batchesRetried,
    dropped,
  });
  expect([...stored.values()].filter((times) => times !== 1)).toEqual([]);
  expect(stored.size).toBe(acked);
  expect({ acked, dropped }).toEqual({ acked: units, dropped: {} });
  expect(batchesRetried).toBeGreaterThanOrEqual(1);
  await child.child.kill();
  await rig.close();
});
