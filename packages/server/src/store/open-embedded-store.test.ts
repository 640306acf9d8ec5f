/** The embedded store's file: how it is synced, and which files are refused. @module */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isFlagError } from "@aplomb/core";
import LibsqlDatabase from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../test/endpoint.js";
import type { ExposureStore } from "../exposure-store.js";
import { openEmbeddedStore } from "./open-embedded-store.js";

let directory: string;
let path: string;
let store: ExposureStore;
beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory, "below", "exposures.db");
  store = await openEmbeddedStore(path);
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

describe("openEmbeddedStore", () => {
  test("syncs every commit to a write-ahead log", async () => {
    const database = new LibsqlDatabase(path);
    expect(database.pragma("journal_mode", { simple: true })).toMatchObject({ journal_mode: "wal" });
    database.close();
    await expect(store.check()).resolves.toBeUndefined();
  });

  test.each([
    {
      name: "a file that is no database",
      spoil: async () => {
        path = join(directory, "text.db");
        await writeFile(path, "x".repeat(5_000));
      },
      says: "not a database",
    },
    {
      name: "a database of a newer release",
      spoil: async () => {
        const database = new LibsqlDatabase(path);
        database.exec("pragma user_version = 99");
        database.close();
      },
      says: "use a newer release",
    },
  ])("refuses $name", async ({ spoil, says }) => {
    await store.close();
    await spoil();
    const error: unknown = await openEmbeddedStore(path).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(isFlagError(error, "OPTION")).toBe(true);
    expect(String(error)).toContain(says);
  });
});
