/** Sticky assignments in PostgreSQL, shared by all endpoints that answer for an audience. @module */
import type { MaterializationRecord } from "@aplomb/core";
import type { Pool } from "pg";
import type { StickyRecords } from "../../sticky-records.js";
import { createPool, prepareDatabase, unusable } from "./pool.js";

const connections = 3;

/**
 * Opens sticky assignments, making their table in the schema `aplomb` where it is not there. It is a table of the same database that
 * exposures may be in, with connections of its own, so that looking up never waits for exposures.
 *
 * @param url - Such as "postgres://user:password@host:5432/database", as in `DATABASE_URL`.
 * @throws FlagError `OPTION` when the database cannot be reached or was made by a newer release.
 * @example
 * const stickyRecords = await openPostgresStickyRecords(process.env.DATABASE_URL);
 */
export async function openPostgresStickyRecords(url: string): Promise<StickyRecords> {
  const pool = createPool(url, connections);
  try {
    await prepareDatabase(pool);
    return createRecords(pool);
  } catch (error) {
    await pool.end();
    throw unusable(error);
  }
}

const fields = ["materialization", "unit", "rule"] as const;

/** A read whose rule is empty asks for any rule's. */
const select = `
  select distinct s.unit, s.materialization, s.rule, s.variant
  from unnest($2::text[], $3::text[], $4::text[]) as asked (materialization, unit, rule)
    join aplomb.sticky_records s on s.audience = $1 and s.materialization = asked.materialization and s.unit = asked.unit
      and (asked.rule = '' or s.rule = asked.rule)`;

const insert = `
  insert into aplomb.sticky_records (audience, materialization, unit, rule, variant)
  select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[]) on conflict do nothing`;

function createRecords(pool: Pool): StickyRecords {
  let closing: Promise<void> | undefined;
  return {
    async read(audience, reads) {
      if (reads.length === 0) return [];
      const columns = fields.map((field) => reads.map((read) => read[field]));
      const { rows } = await pool.query<MaterializationRecord>(select, [audience, ...columns]);
      return rows;
    },
    async write(audience, records) {
      if (records.length === 0) return;
      const columns = [...fields, "variant" as const].map((field) => inOrder(records).map((record) => record[field]));
      await pool.query(insert, [audience, ...columns]);
    },
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
}

/**
 * In the order of their key, so that two processes that write the same records wait for each other instead of deadlocking. Of two for
 * one key the first stays first.
 */
function inOrder(records: readonly MaterializationRecord[]): readonly MaterializationRecord[] {
  const keyOf = (record: MaterializationRecord): string => fields.map((field) => record[field]).join("\0");
  return [...records].sort((a, b) => {
    const [first, second] = [keyOf(a), keyOf(b)];
    if (first === second) return 0;
    return first < second ? -1 : 1;
  });
}
