/** Every kind of exposure store, opened for a test: what one suite runs over. @module */
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { findPostgres, type PostgresServer, postgresHint, startPostgres } from "@aplomb/testkit/postgres";
import LibsqlDatabase from "libsql";
import { Client } from "pg";
import type { CheckedBatch, ExposureStore, StoredExposure } from "../src/exposure-store.js";
import type { StickyRecords } from "../src/sticky-records.js";
import { openEmbeddedStore } from "../src/store/open-embedded-store.js";
import { openStickyRecords } from "../src/store/open-sticky-records.js";
import { openPostgresStickyRecords } from "../src/store/postgres/open-postgres-sticky-records.js";
import { openPostgresStore } from "../src/store/postgres/open-postgres-store.js";
import { temporaryDirectory } from "./endpoint.js";

/** An empty store of a test's own. */
export interface TestStore {
  /** The one that is open now. */
  readonly store: ExposureStore;
  /** Closes the store and opens it again on the same data. */
  reopen(): Promise<void>;
  /** Runs a query for analysis, past the store. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** Closes it and removes its data. */
  remove(): Promise<void>;
}

/** Sticky assignments of a test's own, none at first. */
export interface TestStickyRecords {
  /** Those that are open now. */
  readonly records: StickyRecords;
  /** Closes them and opens them again on the same data. */
  reopen(): Promise<void>;
  /** Closes them and removes their data. */
  remove(): Promise<void>;
}

/** Stores of one kind. */
export interface StoreKind {
  readonly name: "embedded" | "PostgreSQL";
  open(): Promise<TestStore>;
  openSticky(): Promise<TestStickyRecords>;
  /** Ends what the kind needs, once for a test file. */
  stop(): Promise<void>;
}

const embedded: StoreKind = {
  name: "embedded",
  async open() {
    const directory = await temporaryDirectory();
    const path = join(directory, "exposures.db");
    let store = await openEmbeddedStore(path);
    return {
      get store() {
        return store;
      },
      async reopen() {
        await store.close();
        store = await openEmbeddedStore(path);
      },
      async query(sql) {
        const database = new LibsqlDatabase(path, { readonly: true });
        const rows = database.prepare(sql).all([]);
        database.close();
        return rows as Record<string, unknown>[];
      },
      async remove() {
        await store.close();
        await rm(directory, { recursive: true, force: true });
      },
    };
  },
  async openSticky() {
    const directory = await temporaryDirectory();
    return reopening(
      () => openStickyRecords(join(directory, "deep", "sticky.db")),
      () => rm(directory, { recursive: true, force: true }),
    );
  },
  stop: () => Promise.resolve(),
};

async function reopening(open: () => Promise<StickyRecords>, remove: () => Promise<void>): Promise<TestStickyRecords> {
  let records = await open();
  return {
    get records() {
      return records;
    },
    async reopen() {
      await records.close();
      records = await open();
    },
    async remove() {
      await records.close();
      await remove();
    },
  };
}

/** A server that is started when the first store is opened; the one of `DATABASE_URL` where that is set. */
function createPostgresKind(): StoreKind {
  let server: Promise<PostgresServer> | undefined;
  const serverUrl = async (): Promise<string> => {
    if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
    server ??= startPostgres();
    return (await server).url;
  };
  return {
    name: "PostgreSQL",
    async open() {
      const database = await createDatabase(await serverUrl());
      let store = await openPostgresStore(database.url);
      return {
        get store() {
          return store;
        },
        async reopen() {
          await store.close();
          store = await openPostgresStore(database.url);
        },
        query: (sql) => queryPostgres(database.url, `set search_path = aplomb; ${sql}`),
        async remove() {
          await store.close();
          await database.drop();
        },
      };
    },
    async openSticky() {
      const database = await createDatabase(await serverUrl());
      return reopening(() => openPostgresStickyRecords(database.url), database.drop);
    },
    async stop() {
      await (await server)?.stop();
      server = undefined;
    },
  };
}

/** A database of its own on a server. */
export async function createDatabase(serverUrl: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = `aplomb_test_${randomBytes(6).toString("hex")}`;
  await queryPostgres(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => void (await queryPostgres(serverUrl, `drop database ${name} with (force)`)),
  };
}

/** Runs statements on a connection of their own; answers with the rows of the last. Whole numbers and dates come as the embedded store has them. */
export async function queryPostgres(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const results = await client.query<Record<string, unknown>>(sql);
    const last = Array.isArray(results) ? results.at(-1) : results;
    return last?.rows ?? [];
  } finally {
    await client.end();
  }
}

/** The kinds that this machine can open. */
export const storeKinds: readonly StoreKind[] = [
  embedded,
  ...(process.env.DATABASE_URL || findPostgres() ? [createPostgresKind()] : []),
];

/** What a suite says in a title where PostgreSQL is left out; undefined where it is not. */
export const postgresLeftOut: string | undefined =
  storeKinds.length > 1 ? undefined : `PostgreSQL is left out (${postgresHint})`;

/** A checked batch; what is left out gets a sensible value. */
export function checkedBatch(fields: Partial<CheckedBatch> = {}): CheckedBatch {
  return {
    audience: "web.test",
    client: "page",
    batchId: randomBytes(16),
    instanceId: randomBytes(16),
    sequenceFirst: 1,
    sequenceLast: 1,
    createdAtMs: 1_000,
    receivedAtMs: 2_000,
    sdk: "aplomb-test/0.1.0",
    status: undefined,
    losses: [],
    exposures: [],
    trackEvents: [],
    quarantine: [],
    ...fields,
  };
}

/** Every exposure of a store, or those that are meant. */
export async function storedExposures(
  store: ExposureStore,
  filter: Parameters<ExposureStore["readExposures"]>[0] = {},
): Promise<StoredExposure[]> {
  const rows: StoredExposure[] = [];
  for await (const row of store.readExposures(filter)) rows.push(row);
  return rows;
}
