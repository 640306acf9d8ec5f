/** What is PostgreSQL's alone: partitions, several processes, a server that crashes, databases that are refused. @module */
import { isFlagError } from "@aplomb/core";
import { findPostgres, type PostgresServer, postgresHint, startPostgres } from "@aplomb/testkit/postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { exposures } from "../../../test/batches.js";
import { checkedBatch as batch, createDatabase, queryPostgres, storedExposures } from "../../../test/stores.js";
import type { CheckedBatch, ExposureStore } from "../../exposure-store.js";
import { openPostgresStore } from "./open-postgres-store.js";

const left =
  findPostgres() === undefined
    ? `left out: ${postgresHint}; with DATABASE_URL the common suite runs`
    : "a server of its own";
const dayMs = 86_400_000;
const today = Math.floor(Date.now() / dayMs);

describe.skipIf(findPostgres() === undefined)(`PostgreSQL: ${left}`, () => {
  let server: PostgresServer;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let store: ExposureStore;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    database = await createDatabase(server.url);
    store = await openPostgresStore(database.url);
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  const partitions = async (): Promise<string[]> => {
    const rows = await queryPostgres(
      database.url,
      "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'aplomb.exposure_rows'::regclass order by 1",
    );
    return rows.map(({ name }) => String(name).replace("aplomb.exposure_rows_", ""));
  };
  const dayNames = (...days: number[]) => [...days.map((day) => `day_${day}`), "other_days"];
  const on = (day: number, count = 3): CheckedBatch =>
    batch({ exposures: exposures(count, { exposedAtMs: day * dayMs }), receivedAtMs: today * dayMs });

  test("partitions are made ahead, and for the days that come; far days share one", async () => {
    expect(await partitions()).toEqual(dayNames(today, today + 1, today + 2));
    await store.storeBatch(on(today - 3));
    for (const farDay of [0, today - 40, today + 30, today + 100_000]) await store.storeBatch(on(farDay));
    expect(await partitions()).toEqual(dayNames(today - 3, today, today + 1, today + 2));
    const [other] = await queryPostgres(
      database.url,
      "select count(*)::int as rows from aplomb.exposure_rows_other_days",
    );
    expect(other).toEqual({ rows: 12 });
  });

  test("rows that a clock ahead of time reported move into their day's partition when it comes", async () => {
    await store.storeBatch(on(today + 30, 5));
    await store.storeBatch({ ...on(today + 30, 8), receivedAtMs: (today + 29) * dayMs });
    expect(await partitions()).toContain(`day_${today + 30}`);
    const rows = await storedExposures(store);
    expect(rows.map(({ timesReported }) => timesReported).sort()).toEqual([1, 1, 1, 2, 2, 2, 2, 2]);
    const [other] = await queryPostgres(
      database.url,
      "select count(*)::int as rows from aplomb.exposure_rows_other_days",
    );
    expect(other).toEqual({ rows: 0 });
  });

  test("while a long query holds up a partition, rows are stored elsewhere", { timeout: 30_000 }, async () => {
    const query = queryPostgres(
      database.url,
      "begin; select count(*) from aplomb.exposure_rows; select pg_sleep(4); commit",
    );
    await queryPostgres(database.url, "select pg_sleep(0.3)");
    const startedAtMs = performance.now();
    expect(await store.storeBatch(on(today - 5))).toMatchObject({ newExposures: 3 });
    expect(performance.now() - startedAtMs).toBeLessThan(3_900);
    expect(await partitions()).not.toContain(`day_${today - 5}`);
    await query;
    expect(await storedExposures(store)).toHaveLength(3);
  });

  test("days that are forgotten take their partition with them", async () => {
    await store.storeBatch(on(today - 3));
    await store.storeBatch(on(today));
    const text = new Date(today * dayMs).toISOString().slice(0, 10);
    expect(await store.forgetDays(text)).toBe(1);
    expect(await partitions()).toEqual(dayNames(today, today + 1, today + 2));
    expect(await storedExposures(store)).toHaveLength(3);
  });

  test("several processes write the same exposures at once: one row each, every report counted", async () => {
    const others = await Promise.all([1, 2, 3].map(() => openPostgresStore(database.url)));
    const stores = [store, ...others];
    const rounds = 10;
    const outcomes = await Promise.all(
      stores.flatMap((one, at) =>
        Array.from({ length: rounds }, (_, round) => {
          const sent = exposures(50, { flag: `flag-${round % 3}` });
          // In another order for every process.
          const from = (at * 13) % sent.length;
          return one.storeBatch(batch({ exposures: [...sent.slice(from), ...sent.slice(0, from)] }));
        }),
      ),
    );
    const rows = await storedExposures(store);
    expect(rows).toHaveLength(150);
    expect(rows.reduce((sum, { timesReported }) => sum + timesReported, 0)).toBe(stores.length * rounds * 50);
    expect(outcomes.reduce((sum, { newExposures }) => sum + newExposures, 0)).toBe(150);
    await Promise.all(others.map((one) => one.close()));
  });

  test("S-01: a server that crashes under load keeps every acknowledged batch, and each once", {
    timeout: 120_000,
  }, async () => {
    const crashes = process.env.APLOMB_DEEP === "1" ? 50 : 3;
    const acknowledged = new Set<CheckedBatch>();
    const unanswered: CheckedBatch[] = [];
    let unit = 0;
    for (let round = 0; round < crashes; round++) {
      let running = true;
      const repeats = unanswered.splice(0);
      const sendAll = async (): Promise<void> => {
        while (running) {
          const from = unit;
          unit += 20;
          const sent = repeats.shift() ?? batch({ exposures: exposures(20, { unit: "" }, from) });
          try {
            await store.storeBatch(sent);
            acknowledged.add(sent);
          } catch {
            unanswered.push(sent);
            return;
          }
        }
      };
      const senders = Array.from({ length: 4 }, sendAll);
      await new Promise((resolve) => setTimeout(resolve, 200 + 30 * round));
      await server.crash();
      running = false;
      await Promise.all(senders);
    }
    for (const sent of unanswered) {
      await store.storeBatch(sent);
      acknowledged.add(sent);
    }
    const rows = await storedExposures(store);
    expect(acknowledged.size).toBeGreaterThan(crashes);
    expect(rows).toHaveLength(acknowledged.size * 20);
    expect(rows.every(({ timesReported }) => timesReported === 1)).toBe(true);
    for (const sent of acknowledged) expect((await store.storeBatch(sent)).duplicate).toBe(true);
  });

  test("commits are synced where the database's default is not to", async () => {
    await queryPostgres(
      database.url,
      "do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$",
    );
    await store.close();
    store = await openPostgresStore(database.url);
    await queryPostgres(
      database.url,
      `create function aplomb.note_setting() returns trigger language plpgsql as $$
         begin new.sdk = current_setting('synchronous_commit'); return new; end $$;
       create trigger note before insert on aplomb.instances for each row execute function aplomb.note_setting()`,
    );
    await store.storeBatch(on(today));
    expect(await queryPostgres(database.url, "select sdk from aplomb.instances")).toEqual([{ sdk: "on" }]);
  });

  test("processes that start together on an empty database all open it", async () => {
    const empty = await createDatabase(server.url);
    const stores = await Promise.all([1, 2, 3, 4].map(() => openPostgresStore(empty.url)));
    await Promise.all(stores.map((one) => one.storeBatch(on(today))));
    expect(await storedExposures(stores[0] ?? store)).toMatchObject([1, 2, 3].map(() => ({ timesReported: 4 })));
    await Promise.all(stores.map((one) => one.close()));
    await empty.drop();
  });

  test.each([
    {
      name: "a database of a newer release",
      spoil: async () => {
        await queryPostgres(database.url, "update aplomb.schema_version set version = 99");
        return database.url;
      },
      says: "use a newer release",
    },
    {
      name: "a database that does not exist",
      spoil: async () => database.url.replace(/aplomb_test_\w+/, "nowhere"),
      says: 'database "nowhere" does not exist',
    },
    {
      name: "a port where nobody listens",
      spoil: async () => "postgres://me:secret-word@127.0.0.1:1/x",
      says: "ECONNREFUSED",
    },
    { name: "a text that is no URL", spoil: async () => "postgres://me:secret-word@[/x", says: "Invalid URL" },
  ])("refuses $name", async ({ spoil, says }) => {
    const url = await spoil();
    const error: unknown = await openPostgresStore(url).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(isFlagError(error, "OPTION")).toBe(true);
    expect(String(error)).toContain(says);
    expect(String(error)).not.toContain("secret-word");
  });
});
