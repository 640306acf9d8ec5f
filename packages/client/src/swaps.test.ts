/** a client that has swapped thousands of bundles holds one, and no timer or listener more than before. @module */
import { until } from "@aplomb/testkit";
import { expect, test } from "vitest";
import type { ExposureSink } from "./exposure-sink.js";
import { heapBytes } from "./testing/heap-bytes.js";
import { keys, rolledOut, seal } from "./testing/sealed-bundles.js";
import { startClient } from "./testing/start-client.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const SWAPS = isDeep ? 10_000 : 60;
const WARM_UP = isDeep ? 100 : 20;
const BUNDLE_BYTES = isDeep ? 2 ** 20 : 2 ** 18;

test(`A-17 ${SWAPS} swaps of ${BUNDLE_BYTES} bytes: the heap grows by 5 MB at most`, async () => {
  const text = "x".repeat(1_000);
  const variants = [{ name: "on", value: { enabled: true, text } }];
  const { rules = [] } = rolledOut("on");
  const flags = Object.fromEntries(
    Array.from({ length: Math.ceil(BUNDLE_BYTES / 1_100) }, (_, at) => [`flag-${at}`, { variants, rules }]),
  );
  const changed = { checkout: rolledOut("off") };
  // Two bundles by turns: what takes time is then the client, not the making of bundles.
  const [one, other] = [await seal(flags, { version: 1n }), await seal({ ...flags, ...changed }, { version: 2n })];
  // Not the sink of other tests: that one keeps what it is sent.
  const sink: ExposureSink = { publish: async () => ({ duplicate: false, rejected: [] }) };
  const { client, clock, source } = startClient({ sink }, {}, one);
  await client.ready();
  await until(() => client.status.confirmedAtMs > 0);
  let before = 0;
  let timersBefore = 0;
  let version = 1;
  const swap = async (): Promise<void> => {
    version++;
    const sealed = version % 2 === 0 ? other : one;
    const sha256 = new Uint8Array(Buffer.from(sealed.sha256, "hex"));
    const bundle = { sha256, sizeBytes: BigInt(sealed.bundle.length) };
    source.publish({ ...sealed, manifest: await keys.signManifest({ version: BigInt(version), bundle }) });
    await clock.advance(36_000);
    while (client.status.bundleVersion < version) {
      await clock.advance(0);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    client.getBooleanValue("checkout.enabled", false, { targetingKey: `${version % 50}` });
  };
  for (let at = 0; at < WARM_UP; at++) await swap();
  await client.flush();
  [before, timersBefore] = [heapBytes(), clock.pendingTimers];
  for (let at = 0; at < SWAPS; at++) await swap();
  await client.flush();
  const grownBytes = heapBytes() - before;
  if (isDeep) process.stdout.write(`A-17 ${JSON.stringify({ SWAPS, grownBytes })}\n`);
  expect(grownBytes).toBeLessThanOrEqual(5_000_000);
  expect(clock.pendingTimers).toBeLessThanOrEqual(timersBefore + 1);
  expect([client.status.bundleVersion, client.status.error]).toEqual([1 + WARM_UP + SWAPS, undefined]);
  await client.close();
  expect(clock.pendingTimers).toBe(0);
}, 1_800_000);
