/** Sticky assignments in a libsql file of their own, so that looking them up never waits for exposures. @module */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { FlagError, type MaterializationRecord } from "@aplomb/core";
import LibsqlDatabase, { type Database } from "libsql";
import type { StickyRecords } from "../sticky-records.js";

const schema = `
  create table if not exists sticky_records (
    audience text not null,
    materialization text not null,
    unit text not null,
    rule text not null,
    variant text not null,
    primary key (audience, materialization, unit, rule)
  ) strict, without rowid`;

/**
 * Opens or creates a file of sticky assignments.
 *
 * Written with `synchronous=NORMAL`: a killed process loses nothing; a machine that loses its power may lose the newest, whose
 * units are then drawn again, to the same variant unless the rule was changed meanwhile.
 *
 * @param path - The database file; folders above it are made.
 * @throws FlagError `OPTION` when the file cannot be opened.
 * @example
 * const stickyRecords = await openStickyRecords(".aplomb/sticky.db");
 */
export async function openStickyRecords(path: string): Promise<StickyRecords> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const database = new LibsqlDatabase(path, { timeout: 5_000 });
    database.pragma("journal_mode = wal");
    database.pragma("synchronous = normal");
    database.exec(schema);
    return createRecords(database);
  } catch (error) {
    throw unusable(path, error);
  }
}

function unusable(path: string, cause: unknown): FlagError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new FlagError("OPTION", `the file of sticky assignments ${path} cannot be used: ${why}`, { cause });
}

function createRecords(database: Database): StickyRecords {
  const columns = "unit, materialization, rule, variant";
  const ofRule = database.prepare(
    `select ${columns} from sticky_records where audience = ? and materialization = ? and unit = ? and rule = ?`,
  );
  const ofAnyRule = database.prepare(
    `select ${columns} from sticky_records where audience = ? and materialization = ? and unit = ?`,
  );
  const insert = database.prepare(
    "insert into sticky_records (audience, materialization, unit, rule, variant) values (?, ?, ?, ?, ?) on conflict do nothing",
  );
  const insertAll = database.transaction((audience: string, records: readonly MaterializationRecord[]) => {
    for (const { materialization, unit, rule, variant } of records) {
      insert.run([audience, materialization, unit, rule, variant]);
    }
  });
  let isClosed = false;
  return {
    async read(audience, reads) {
      return reads.flatMap(({ materialization, unit, rule }) => {
        const rows =
          rule === ""
            ? ofAnyRule.all([audience, materialization, unit])
            : ofRule.all([audience, materialization, unit, rule]);
        return rows as MaterializationRecord[];
      });
    },
    async write(audience, records) {
      if (records.length > 0) insertAll(audience, records);
    },
    async close() {
      if (!isClosed) database.close();
      isClosed = true;
    },
  };
}
