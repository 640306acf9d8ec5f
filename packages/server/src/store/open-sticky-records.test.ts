/** One suite over every kind of sticky records: the first stays, audiences are apart, nothing is lost with the process. @module */
import { rm } from "node:fs/promises";
import { isFlagError, type MaterializationRecord } from "@aplomb/core";
import { FlagState } from "@aplomb/proto/bundle";
import { split } from "@aplomb/testkit";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { connectClient } from "../../test/batches.js";
import { pageKey, startEndpoint, temporaryDirectory } from "../../test/endpoint.js";
import { postgresLeftOut, storeKinds, type TestStickyRecords } from "../../test/stores.js";
import { openStickyRecords } from "./open-sticky-records.js";
import { openPostgresStickyRecords } from "./postgres/open-postgres-sticky-records.js";

if (postgresLeftOut !== undefined) test.skip(`PostgreSQL: ${postgresLeftOut}`, () => expect.unreachable());

const record = (fields: Partial<MaterializationRecord> = {}): MaterializationRecord => ({
  ...{ unit: "u", materialization: "m", rule: "r", variant: "a" },
  ...fields,
});

describe.each(storeKinds)("$name sticky records", (kind) => {
  let opened: TestStickyRecords;
  beforeEach(async () => {
    opened = await kind.openSticky();
  });
  afterEach(() => opened.remove());
  afterAll(() => kind.stop());

  test("reads what was written, by rule or under any", async () => {
    const hostile = record({ unit: "'; drop table sticky_records; --", variant: "\u{1F600}" });
    await opened.records.write("web", [record(), record({ rule: "s", variant: "b" }), hostile]);
    const read = (fields: Partial<MaterializationRecord>) => opened.records.read("web", [record(fields)]);
    expect(await read({})).toEqual([record()]);
    expect(await read({ rule: "" })).toEqual([record(), record({ rule: "s", variant: "b" })]);
    expect(await read({ unit: hostile.unit })).toEqual([hostile]);
    expect(await read({ materialization: "other" })).toEqual([]);
    expect(await opened.records.read("other audience", [record()])).toEqual([]);
  });

  test("the first of two stays, also when the file is opened again", async () => {
    await opened.records.write("web", [record({ variant: "first" }), record({ variant: "second" })]);
    await opened.reopen();
    await opened.records.write("web", [record({ variant: "third" })]);
    expect(await opened.records.read("web", [record()])).toEqual([record({ variant: "first" })]);
  });

  test("a unit keeps what it was first given, though the rule has changed", async () => {
    const endpoint = await startEndpoint({ stickyRecords: opened.records });
    const variants = [{ name: "old" }, { name: "new" }];
    const sticky = (shares: Readonly<Record<string, number>>) => ({
      variants,
      rules: [{ ...split("r", "everyone", shares), materialization: { read: "m", write: "m" } }],
    });
    const marks = { flags: { f: { state: FlagState.REMOTE } } };
    const ask = async (targetingKey: string) => {
      const client = connectClient(endpoint.server.url, pageKey);
      const { flags } = await client.resolveFlags({ audience: "web.test", context: { targetingKey } });
      return flags[0]?.variant;
    };
    const segments = { everyone: {} };
    await endpoint.publishWithRemote("web.test", marks, { flags: { f: sticky({ old: 100, new: 0 }) }, segments });
    expect(await ask("early")).toBe("old");
    await endpoint.publishWithRemote("web.test", marks, { flags: { f: sticky({ old: 0, new: 100 }) }, segments }, 2n);
    expect([await ask("early"), await ask("late")]).toEqual(["old", "new"]);
    await endpoint.close();
  });
});

test("a database that cannot be opened is an option that cannot work", async () => {
  const directory = await temporaryDirectory();
  const nowhere = "postgres://nobody:secret@127.0.0.1:1/none";
  for (const open of [() => openStickyRecords(directory), () => openPostgresStickyRecords(nowhere)]) {
    const error = await open().catch((failure: unknown) => failure);
    expect(isFlagError(error, "OPTION")).toBe(true);
    expect(String(error)).not.toContain("secret");
  }
  await rm(directory, { recursive: true, force: true });
});
