/** The journal of a client: where it writes, how much, and what it takes as options. @module */
import { readdirSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleBytes, createTestKeys, split } from "@aplomb/testkit";
import { startTestEndpoint } from "@aplomb/testkit/test-endpoint";
import { expect, test } from "vitest";
import { createFlagClient, type DeliveryCounters, fileJournal } from "./index.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const variants = [
  { name: "on", value: { enabled: true } },
  { name: "off", value: { enabled: false } },
];
const rules = [split("half", "everyone", { on: 50, off: 50 })];

function bytesIn(directory: string): number {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

test("E-06 the directory never holds more than agreed; what has to go is counted", { timeout: 1_800_000 }, async () => {
  const [maxBytes, samples] = isDeep ? [67_108_864, 1_000] : [1_048_576, 100];
  const perSample = Math.ceil((1.5 * maxBytes) / 90 / samples);
  const directory = await mkdtemp(join(tmpdir(), "aplomb-"));
  const keys = await createTestKeys({ audience: "api.test" });
  const endpoint = await startTestEndpoint();
  endpoint.publish(
    await keys.seal(bundleBytes({ segments: { everyone: {} }, flags: { checkout: { variants, rules } } })),
  );
  let counters: DeliveryCounters | undefined;
  const client = createFlagClient({
    ...{ endpoint: endpoint.url, clientKey: "secret", trust: { root: keys.rootEnvelope, audience: "api.test" } },
    hooks: {
      onDelivery: (next) => {
        counters = next;
      },
    },
    sink: { publish: () => new Promise(() => {}) },
    exposures: { outbox: fileJournal(directory, { maxBytes }) },
  });
  await client.ready();
  let largest = 0;
  for (let sample = 0; sample < samples; sample++) {
    for (let read = 0; read < perSample; read++) {
      client.getBooleanValue("checkout.enabled", false, { targetingKey: `unit-${sample}-${read}` });
    }
    largest = Math.max(largest, bytesIn(directory));
  }
  expect(largest).toBeLessThanOrEqual(maxBytes);
  expect(largest).toBeGreaterThan(maxBytes * 0.85);
  const { pending, dropped } = await client.close({ timeoutMs: 0 });
  expect(pending + dropped).toBe(samples * perSample);
  expect(counters).toMatchObject({ spooled: pending, dropped: { spool_full: dropped }, queued: 0, inFlight: 0 });
  await endpoint.close();
  await rm(directory, { recursive: true });
});

test.each([0, 1_000_000, Number.NaN])("a journal of %d bytes is refused", (maxBytes) => {
  expect(() => fileJournal("anywhere", { maxBytes })).toThrowError("maxBytes takes at least 1048576 bytes");
});
