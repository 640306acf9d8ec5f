/** N-14: a line of 64 kbit/s. The bundle arrives, or what was there stays; and the line is not made worse. Real time. @module */
import { bundleBytes, createTestKeys, fullRollout } from "@aplomb/testkit";
import { startFaultProxy } from "@aplomb/testkit/fault-proxy";
import { startTestEndpoint } from "@aplomb/testkit/test-endpoint";
import { expect, test } from "vitest";
import { createFlagClient } from "./create-flag-client.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const BYTES_PER_SECOND = 8_000;
const FOR_MS = isDeep ? 60_000 : 3_000;

const keys = await createTestKeys({ audience: "api.test" });
const bundleOf = (sizeBytes: number, variant: string) => {
  const variants = ["on", "off"].map((name) => ({ name, value: { enabled: name === "on", text: "x".repeat(1_000) } }));
  const rules = [fullRollout("all", "everyone", variant)];
  const keysOfFlags = Array.from({ length: Math.ceil(sizeBytes / 2_150) }, (_, at) => `flag-${at}`);
  return bundleBytes({
    segments: { everyone: {} },
    flags: Object.fromEntries(keysOfFlags.map((key) => [key, { variants, rules }])),
  });
};

test.each([
  { name: "one that fits the time", sizeBytes: isDeep ? 131_072 : 8_192, expected: 2 },
  // Never a stall, and more than the twenty seconds that a bundle may take.
  ...(isDeep ? [{ name: "one that does not", sizeBytes: 262_144, expected: 1 }] : []),
])(
  "N-14 a bundle of $sizeBytes bytes, $name: version $expected, and at most two attempts a minute",
  async ({ sizeBytes, expected }) => {
    const endpoint = await startTestEndpoint();
    endpoint.publish(await keys.seal(bundleOf(2_000, "on"), { version: 1n }));
    const proxy = await startFaultProxy(endpoint.url);
    proxy.setRule(() => ({ kind: "drip", bytesPerSecond: BYTES_PER_SECOND }));
    const trust = { root: keys.rootEnvelope, audience: "api.test" };
    const client = createFlagClient({
      endpoint: proxy.url,
      clientKey: "secret",
      trust,
      logger: null,
      random: () => 0.02,
    });
    expect((await client.ready()).state).toBe("READY");
    const next = await keys.seal(bundleOf(sizeBytes, "off"), { version: 2n });
    endpoint.publish(next);
    await new Promise((resolve) => setTimeout(resolve, FOR_MS));
    const attempts = endpoint.requests.filter(({ path }) => path.endsWith(next.sha256)).length;
    expect([
      client.status.bundleVersion,
      client.getBooleanValue("flag-0.enabled", false, { targetingKey: "u" }),
    ]).toEqual([expected, expected === 1]);
    expect(attempts).toBeGreaterThan(0);
    expect(attempts).toBeLessThanOrEqual(isDeep ? 2 : 1);
    await client.close({ timeoutMs: 0 });
    await proxy.close();
    await endpoint.close();
  },
  120_000,
);
