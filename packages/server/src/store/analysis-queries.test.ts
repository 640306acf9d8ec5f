/** The queries of docs/analysis.md, run as they are on both databases, against a story whose answers are known. @module */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exposure, exposures } from "../../test/batches.js";
import { checkedBatch, postgresLeftOut, storeKinds, type TestStore } from "../../test/stores.js";
import type { TrackedEvent } from "../exposure-store.js";

const page = readFileSync(new URL("../../../../docs/analysis.md", import.meta.url), "utf8");
/** By the comment that each begins with. */
const queries = new Map(
  [...page.matchAll(/```sql\n-- (.*)\n([\s\S]*?);\n```/g)].map(([, name = "", sql = ""]) => [name, sql]),
);

const audience = "web.production";
const start = Date.UTC(2026, 10, 20, 9);
const dayMs = 86_400_000;
const identity = { flag: "checkout", rule: "checkout/split" };
const of = (variant: string) => ({ ...identity, variant, assignmentId: `checkout/split/${variant}` });

function purchase(unit: string, atMs: number, value?: number): TrackedEvent {
  return { eventId: randomBytes(16), name: "purchase", unit, value, properties: {}, trackedAtMs: atMs };
}

/** 60 units in control, 40 in treatment, on two days; some purchase; one is a crawler; one changes its variant. */
async function tell({ store }: TestStore): Promise<void> {
  const write = (fields: Parameters<typeof checkedBatch>[0]) => store.storeBatch(checkedBatch({ audience, ...fields }));
  const control = (exposedAtMs: number) => exposures(60, { ...of("control"), exposedAtMs }, 0, audience);
  const treatment = (exposedAtMs: number) => exposures(40, { ...of("treatment"), exposedAtMs }, 60, audience);
  await write({ exposures: [...control(start), ...treatment(start + dayMs)] });
  await write({ exposures: [...control(start + dayMs), ...treatment(start + 2 * dayMs)] });
  const changed = { unit: "changed" };
  await write({ exposures: [exposure({ ...of("control"), ...changed, exposedAtMs: start }, audience)] });
  await write({ exposures: [exposure({ ...of("treatment"), ...changed, exposedAtMs: start + dayMs }, audience)] });
  const crawler = exposure({ ...of("treatment"), unit: "crawler", exposedAtMs: start }, audience);
  await write({ exposures: Array.from({ length: 1_001 }, () => crawler) });
  // Noise that no query may count: another flag, another audience, an outcome without a rule.
  await write({ exposures: exposures(9, { exposedAtMs: start, flag: "other" }, 0, audience) });
  await write({
    audience: "api.test",
    exposures: exposures(9, { ...of("control"), exposedAtMs: start }, 0, "api.test"),
  });
  await write({
    exposures: exposures(9, { flag: "checkout", rule: "", variant: "", exposedAtMs: start }, 0, audience),
  });
  await write({
    trackEvents: [
      ...[0, 1, 2].map((unit) => purchase(`user-${unit}`, start + 1_000, 10)),
      purchase("user-0", start + 2_000, 5),
      purchase("user-10", start - 1_000, 1_000),
      ...[60, 61, 62, 63].map((unit) => purchase(`user-${unit}`, start + dayMs + 1_000, 20)),
      purchase("user-64", start + 1_000, 1_000),
      purchase("stranger", start + 1_000, 1_000),
      { ...purchase("user-5", start + 1_000), name: "search" },
    ],
  });
}

if (postgresLeftOut !== undefined) test.skip(`on PostgreSQL: ${postgresLeftOut}`, () => expect.unreachable());

describe.each(storeKinds)("docs/analysis.md on the $name store", (kind) => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await kind.open();
    await tell(opened);
  });
  afterAll(async () => {
    await opened.remove();
    await kind.stop();
  });

  const run = async (name: string): Promise<Record<string, unknown>[]> => {
    const rows = await opened.query(queries.get(name) ?? "");
    // PostgreSQL's bigint and numeric come as texts.
    const plain = (value: unknown): unknown =>
      typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)])));
  };

  test.each<{ name: string; answer: object[] }>([
    {
      name: "counts",
      answer: [
        { variant: "control", units: 60 },
        { variant: "treatment", units: 41 },
      ],
    },
    {
      name: "conversion",
      answer: [
        { variant: "control", units: 60, converted: 3, conversion: 0.05, value_per_unit: 35 / 60 },
        { variant: "treatment", units: 41, converted: 4, conversion: 4 / 41, value_per_unit: 80 / 41 },
      ],
    },
    { name: "sample ratio", answer: [{ chi_squared: (2 * 10 ** 2) / 51 }] },
    {
      name: "over-reported",
      answer: [
        { variant: "control", units: 61, over_reported: 0 },
        { variant: "treatment", units: 41, over_reported: 1 },
      ],
    },
    {
      name: "without over-reported",
      answer: [
        { variant: "control", units: 61 },
        { variant: "treatment", units: 40 },
      ],
    },
  ])("$name", async ({ name, answer }) => {
    const close = (value: unknown): unknown => (typeof value === "number" ? expect.closeTo(value, 9) : value);
    const expected = answer.map((row) =>
      Object.fromEntries(Object.entries(row).map(([key, value]) => [key, close(value)])),
    );
    expect(await run(name)).toEqual(expected);
  });

  test("first exposures: one row for each unit, with its earliest moment and the variant of that", async () => {
    const rows = await run("first exposures");
    expect(rows).toHaveLength(102);
    expect(rows).toContainEqual({ unit: "changed", variant: "control", first_exposed_at_ms: start });
    expect(rows).toContainEqual({ unit: "user-60", variant: "treatment", first_exposed_at_ms: start + dayMs });
  });

  test("every query of the page is tried", () => {
    expect([...queries.keys()].sort()).toEqual(
      ["conversion", "counts", "first exposures", "over-reported", "sample ratio", "without over-reported"].sort(),
    );
  });
});
