/** P-12 for a whole client: whatever a context is, reads do not throw, and nothing of it but the unit leaves. @module */
import { until } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { half, startClient } from "./testing/start-client.js";

const DEEP = process.env.APLOMB_DEEP === "1";
const canary = "canary@example.com";
const cycle: Record<string, unknown> = { note: canary };
cycle.self = cycle;
const deep = JSON.parse(`${`{"${canary}":`.repeat(1_000)}1${"}".repeat(1_000)}`) as object;
const throwing = Object.defineProperty({ note: canary }, "secret", {
  get: () => {
    throw new Error(canary);
  },
  enumerable: true,
});
const proxy = new Proxy({ note: canary } as Record<string, unknown>, {
  get: (target, name) => (name === "targetingKey" ? "unit-1" : Reflect.get(target, name)),
  has: () => true,
  ownKeys: () => ["targetingKey", "note"],
  getOwnPropertyDescriptor: (_target, name) => ({
    ...{ configurable: true, enumerable: true, value: name === "note" ? canary : "unit-1" },
  }),
});

const contexts: readonly { readonly name: string; readonly context: object }[] = [
  { name: "a text of 10 MB", context: { targetingKey: "unit-1", email: canary.repeat(600_000) } },
  {
    name: "10,000 attributes",
    context: {
      targetingKey: "unit-1",
      ...Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`${canary}${at}`, canary])),
    },
  },
  { name: "depth 1,000", context: { targetingKey: "unit-1", deep } },
  { name: "a cycle", context: { targetingKey: "unit-1", cycle } },
  { name: "a throwing getter below", context: { targetingKey: "unit-1", throwing } },
  { name: "a throwing getter", context: throwing },
  { name: "a proxy", context: proxy },
  { name: "a BigInt", context: { targetingKey: "unit-1", big: 10n, [canary]: 1n } },
  { name: "a symbol", context: { targetingKey: "unit-1", symbol: Symbol(canary), [Symbol(canary)]: canary } },
  { name: "a function", context: { targetingKey: "unit-1", call: () => canary } },
  { name: "an invalid date", context: { targetingKey: "unit-1", date: new Date(Number.NaN), note: canary } },
  { name: "a BigInt for a unit", context: { targetingKey: 10n, note: canary } },
  { name: "a symbol for a unit", context: { targetingKey: Symbol(canary) } },
  { name: "an object for a unit", context: { targetingKey: { note: canary } } },
  { name: "an invalid date for a unit", context: { targetingKey: new Date(Number.NaN), note: canary } },
];

describe("P-12 a hostile context", () => {
  test.each(contexts)("$name: no read throws, and nothing of it is in what is sent", async ({ context }) => {
    const lines: string[] = [];
    const logger = { warn: (line: string) => void lines.push(line) };
    const { client, clock, sink } = startClient({ logger }, {}, half);
    await clock.settle();
    await until(() => client.status.state === "READY");
    const given = context as { targetingKey?: string };
    const startedMs = performance.now();
    expect(typeof client.getBooleanValue("checkout.enabled", false, given)).toBe("boolean");
    if (DEEP) expect(performance.now() - startedMs).toBeLessThan(100);
    expect(["on", "off", undefined]).toContain(client.getBooleanDetails("checkout.enabled", false, given).variant);
    expect(client.peekDetails("checkout", {}, given).flagKey).toBe("checkout");
    client.evaluateAll(given);
    // A context that cannot even be copied is refused where it is set, with what its own getter throws.
    if (context === throwing) expect(() => client.setContext(given)).toThrow(canary);
    else client.setContext(given);
    client.getBooleanDetails("checkout.enabled", false).expose();
    const flushed = client.flush();
    await clock.advance(1_000);
    await flushed;
    const sent = sink.attempts.map((bytes) => Buffer.from(bytes).toString("latin1")).join("\n");
    const isUsable = (given.targetingKey as unknown) === "unit-1" && context !== throwing;
    expect(sent.includes("unit-1")).toBe(isUsable);
    for (const text of [sent, ...lines]) {
      expect(text).not.toMatch(/canary|example\.com/);
      expect(text.length).toBeLessThan(2_000);
    }
    await client.close({ timeoutMs: 0 });
  });
});
