/** aplomb export: every format from both databases, and texts that somebody wrote to do harm. @module */
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Exposure, exposureIdOf, windowDayOf } from "@aplomb/core";
import { type CheckedBatch, type ExposureStore, openEmbeddedStore, openPostgresStore } from "@aplomb/server";
import { findPostgres, type PostgresServer, postgresHint, startPostgres } from "@aplomb/testkit/postgres";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runHere } from "../../testdata/run-here.js";

const noon = Date.UTC(2026, 10, 22, 12);
const day = 86_400_000;

function exposure(fields: Partial<Exposure>): Exposure {
  const exposedAtMs = fields.exposedAtMs ?? noon;
  const identity = {
    ...{ flag: "checkout", variant: "treatment", rule: "split", assignmentId: "a", unitSelector: "targeting_key" },
    ...{ unit: "user-1", fallthroughs: [], windowDay: windowDayOf(exposedAtMs), ...fields },
  };
  return { bundleVersion: 1, ...identity, exposedAtMs, exposureId: exposureIdOf(identity, "web.test") };
}

const batch = (fields: Partial<CheckedBatch>): CheckedBatch => ({
  ...{ audience: "web.test", batchId: randomBytes(16), instanceId: randomBytes(16), sequenceFirst: 1, sequenceLast: 1 },
  ...{
    createdAtMs: noon,
    receivedAtMs: noon,
    sdk: "aplomb-test/0.1.0",
    status: undefined,
    losses: [],
    client: "page",
    quarantine: [],
  },
  ...{ exposures: [], trackEvents: [], ...fields },
});

const hostile = [
  '=HYPERLINK("http://evil")',
  "+1",
  "-1",
  "@SUM(A1)",
  "\tx",
  'a,b"c"\r\nd',
  "\r",
  '\u2028{"a":1}\u2029\u0085',
  "\u001b[31m",
  "ø𝒳",
  "plain",
];

async function fill(store: ExposureStore): Promise<void> {
  const fallthroughs = [{ rule: "r", assignmentId: "a", unit: 'u"', unitSelector: "s" }];
  await store.storeBatch(batch({ exposures: hostile.map((unit) => exposure({ unit, fallthroughs })) }));
  await store.storeBatch(batch({ exposures: [exposure({ unit: "earlier", exposedAtMs: noon - day })] }));
  await store.storeBatch(batch({ exposures: [exposure({ flag: "other", exposedAtMs: noon + day })] }));
  const event = { name: "purchase", unit: "user-1", trackedAtMs: noon };
  const trackEvents = [
    { ...event, eventId: randomBytes(16), value: 9.5, properties: { plan: "=pro" } },
    { ...event, eventId: randomBytes(16), value: undefined, properties: {} },
  ];
  await store.storeBatch(batch({ trackEvents }));
}

/** The records of a CSV file as RFC 4180 reads it. */
function recordsOf(csv: string): string[][] {
  const fields = [...csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)];
  const records: string[][] = [[]];
  for (const [, quoted, bare, end] of fields) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare ?? "");
    if (end === "\r\n") records.push([]);
  }
  return records.slice(0, -1);
}

type Database = { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-export-"));
});
afterEach(() => rm(dir, { recursive: true }));

const kinds = [
  { name: "a file", leftOut: undefined },
  { name: "PostgreSQL", leftOut: findPostgres() ? undefined : `left out: ${postgresHint}` },
];

describe.each(kinds)("from $name", ({ name, leftOut }) => {
  let server: PostgresServer | undefined;
  let folder: string;
  let database: Database;
  beforeAll(async () => {
    if (leftOut !== undefined) return;
    folder = await mkdtemp(join(tmpdir(), "aplomb-export-"));
    server = name === "PostgreSQL" ? await startPostgres() : undefined;
    const file = join(folder, "exposures.db");
    const store = server ? await openPostgresStore(server.url) : await openEmbeddedStore(file);
    await fill(store);
    await store.close();
    database = server ? { args: [], env: { DATABASE_URL: server.url } } : { args: ["--data", file], env: {} };
  });
  afterAll(async () => {
    await server?.stop();
    if (leftOut === undefined) await rm(folder, { recursive: true });
  });

  const run = (...args: string[]) => runHere(["export", ...database.args, ...args], { env: database.env });
  const rowsOf = (stdout: string) =>
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  const title = (text: string) => (leftOut === undefined ? text : `${text} (${leftOut})`);
  const here = test.skipIf(leftOut !== undefined);

  here(title("NDJSON has one line for each row, whatever is in it"), async () => {
    const { code, stdout, stderr } = await run("--from", "2026-11-22", "--to", "2026-11-22");
    expect([code, stderr]).toEqual([0, "11 exposures\n"]);
    expect(stdout.split(/\r\n|[\n\r\u0085\u2028\u2029]/)).toHaveLength(hostile.length + 1);
    const rows = rowsOf(stdout);
    expect(rows.map(({ unit }) => unit).sort()).toEqual([...hostile].sort());
    expect(rows[0]).toMatchObject({
      ...{ audience: "web.test", window_day: "2026-11-22", flag: "checkout", variant: "treatment", rule: "split" },
      ...{ fallthroughs: [{ rule: "r", unit: 'u"' }], bundle_version: 1, first_exposed_at_ms: noon, times_reported: 1 },
      ...{ sdk: "aplomb-test/0.1.0", client: "page", exposure_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
  });

  here(title("CSV is read as it was written, and no text is a formula"), async () => {
    const { code, stdout } = await run("--format", "csv", "--from", "2026-11-22", "--to", "2026-11-22");
    expect(code).toBe(0);
    const [head = [], ...records] = recordsOf(stdout);
    expect(head.slice(0, 4)).toEqual(["audience", "window_day", "exposure_id", "flag"]);
    expect(records.every(({ length }) => length === head.length)).toBe(true);
    const units = records.map((record) => record[head.indexOf("unit")] ?? "");
    expect(units.map((unit) => unit.replace(/^'/, "")).sort()).toEqual([...hostile].sort());
    expect(records.flat().filter((text) => /^[=+\-@\t\r]/.test(text))).toEqual([]);
    const kept = await run("--format", "csv", "--keep-formulas", "--from", "2026-11-22", "--to", "2026-11-22");
    const keptUnits = recordsOf(kept.stdout)
      .slice(1)
      .map((record) => record[head.indexOf("unit")]);
    expect(keptUnits.sort()).toEqual([...hostile].sort());
  });

  here(title("Parquet has every text as it is, and numbers as numbers"), async () => {
    const out = join(dir, "rows.parquet");
    const { code, stdout, stderr } = await run("--format", "parquet", "--out", out);
    expect([code, stdout, stderr]).toEqual([0, `wrote  13 exposures to ${out}\n`, ""]);
    expect(await readdir(dir)).toEqual(["rows.parquet"]);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(out) });
    expect(rows).toHaveLength(13);
    expect(
      rows
        .slice(1, -1)
        .map(({ unit }) => unit)
        .sort(),
    ).toEqual([...hostile].sort());
    expect(rows[1]).toMatchObject({ bundle_version: 1n, first_exposed_at_ms: BigInt(noon), window_day: "2026-11-22" });
    expect(JSON.parse(String(rows[1]?.fallthroughs))).toMatchObject([{ rule: "r" }]);
  });

  here(title("events have their value and properties"), async () => {
    const { stdout } = await run("--events");
    expect(rowsOf(stdout)).toMatchObject([
      { name: "purchase", unit: "user-1", value: 9.5, properties: { plan: "=pro" }, tracked_at_ms: noon },
      { properties: {} },
    ]);
    const out = join(dir, "events.parquet");
    await run("--events", "--format", "parquet", "--out", out);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(out) });
    expect(rows.map(({ value }) => value ?? null)).toEqual([9.5, null]);
  });

  here(title("a flag and an empty range restrict"), async () => {
    expect(rowsOf((await run("--flag", "other")).stdout)).toMatchObject([{ flag: "other", window_day: "2026-11-23" }]);
    for (const format of ["ndjson", "csv", "parquet"]) {
      const out = join(dir, `none.${format}`);
      const { code, stdout } = await run("--from", "2030-01-01", "--format", format, "--out", out, "--json");
      expect([code, JSON.parse(stdout)]).toEqual([0, { ok: true, rows: 0, file: out }]);
    }
    expect(await readFile(join(dir, "none.csv"), "utf8")).toMatch(/^audience,.*,sdk,client\r\n$/);
    expect(await parquetReadObjects({ file: await asyncBufferFromFile(join(dir, "none.parquet")) })).toEqual([]);
  });
});

describe("refused", () => {
  test.each([
    { args: ["--from", "yesterday"], code: 2, says: "expected a day such as 2026-11-22" },
    { args: ["--to", "2026-02-30"], code: 2, says: "expected a day such as 2026-11-22" },
    { args: ["--format", "xlsx"], code: 2, says: "Allowed choices are ndjson, csv, parquet" },
    { args: ["--json"], code: 2, says: "--json needs --out" },
    { args: ["--format", "parquet"], code: 2, says: "Parquet needs --out" },
    { args: ["--events", "--flag", "x"], code: 2, says: "events have no flag" },
    { args: ["--data", "nowhere.db"], code: 1, says: "there is no exposure database nowhere.db" },
  ])("$args → $code", async ({ args, code, says }) => {
    const ended = await runHere(["export", ...args]);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(says);
  });

  test("what cannot be written leaves nothing behind", async () => {
    const file = join(dir, "exposures.db");
    await (await openEmbeddedStore(file)).close();
    const { code } = await runHere(["export", "--data", file, "--out", join(dir, "no", "such", "folder.csv")]);
    expect(code).toBe(1);
    expect((await readdir(dir)).filter((name) => !name.startsWith("exposures.db"))).toEqual([]);
  });
});
