/** Which writes share a transaction. @module */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import LibsqlDatabase, { type Database } from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../test/endpoint.js";
import { createGroupCommit } from "./group-commit.js";

let directory: string;
let database: Database;
beforeEach(async () => {
  directory = await temporaryDirectory();
  database = new LibsqlDatabase(join(directory, "a.db"));
  database.exec("create table marks (mark text unique)");
});
afterEach(async () => {
  database.close();
  await rm(directory, { recursive: true, force: true });
});

/** Writes rows of several sizes at once; answers which of them shared a transaction, by size. */
async function groupsOf(sizes: readonly number[]): Promise<number[][]> {
  const groups: number[][] = [];
  const open: number[] = [];
  const counting = {
    exec: (sql: string) => {
      if (sql === "commit") groups.push(open.splice(0));
      return database.exec(sql);
    },
    inTransaction: false,
  };
  const commits = createGroupCommit(counting as unknown as Database, () => undefined, { maxWrites: 4, maxRows: 100 });
  await Promise.all(sizes.map((size) => commits.submit(() => open.push(size), size)));
  return groups;
}

describe("createGroupCommit", () => {
  test.each([
    { sizes: [1], groups: [[1]] },
    { sizes: [1, 2, 3], groups: [[1, 2, 3]] },
    { sizes: [1, 2, 3, 4, 5], groups: [[1, 2, 3, 4], [5]] },
    { sizes: [60, 40, 1], groups: [[60, 40], [1]] },
    { sizes: [60, 41, 1], groups: [[60], [41, 1]] },
    { sizes: [500, 500, 1], groups: [[500], [500], [1]] },
  ])("$sizes → $groups", async ({ sizes, groups }) => {
    expect(await groupsOf(sizes)).toEqual(groups);
  });

  test("a write that fails is undone and rejects; its neighbours are stored", async () => {
    const undone: string[] = [];
    const commits = createGroupCommit(database, () => undone.push("rollback"), { maxWrites: 10, maxRows: 10 });
    const insert = database.prepare("insert into marks values (?)");
    const settled = await Promise.allSettled(
      ["a", "b", "a", "c"].map((mark) => commits.submit(() => insert.run([mark]).changes)),
    );
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(database.prepare("select group_concat(mark) as marks from marks").get()).toMatchObject({ marks: "a,b,c" });
    expect(undone).toEqual(["rollback", "rollback"]);
  });

  test("idle resolves when nothing waits", async () => {
    const commits = createGroupCommit(database, () => undefined, { maxWrites: 1, maxRows: 1 });
    const done: number[] = [];
    for (const number of [1, 2, 3]) void commits.submit(() => done.push(number));
    await commits.idle();
    expect(done).toEqual([1, 2, 3]);
  });
});
