/** Outcomes and the names of SDKs and clients, which repeat in millions of rows, as the numbers that stand for them there. @module */
import { createHash } from "node:crypto";
import type { Exposure } from "@aplomb/core";
import type { PoolClient } from "pg";

/** Beyond this many texts their numbers are looked up again; a bound on memory, not on texts. */
const maxCached = 10_000;

/** Numbers that were looked up, by their text. */
export interface TextNumbers {
  /** Looks up the numbers of texts, giving new ones to those that have none; runs inside a transaction. */
  numberAll(client: PoolClient, texts: ReadonlySet<string>): Promise<ReadonlyMap<string, number>>;
  /** Drops what was learned inside a transaction that was undone. */
  forget(): void;
}

/** An outcome's text: no field holds U+0000 (rows that do are refused), so that texts are equal only where all fields are. */
export function outcomeText(audience: string, exposure: Exposure): string {
  const { flag, variant, rule, assignmentId, unitSelector } = exposure;
  return `${audience}\0${flag}\0${variant}\0${rule}\0${assignmentId}\0${unitSelector}`;
}

/** Numbers of outcomes. Their fields may be longer than an index takes, so that a digest is what is unique. */
export function createOutcomeNumbers(): TextNumbers {
  return createTextNumbers(async (client, texts) => {
    const digests = texts.map((text) => createHash("sha256").update(text).digest());
    const fields = texts.map((text) => text.split("\0"));
    const columns = [0, 1, 2, 3, 4, 5].map((at) => fields.map((row) => row[at] ?? ""));
    await client.query(
      `insert into aplomb.outcomes (audience, flag, variant, rule, assignment_id, unit_selector, fields_sha256)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[])
       on conflict do nothing`,
      [...columns, digests],
    );
    const { rows } = await client.query<{ id: number }>(
      `select o.id from unnest($1::bytea[]) with ordinality as asked (digest, place)
       join aplomb.outcomes o on o.fields_sha256 = asked.digest order by asked.place`,
      [digests],
    );
    return rows.map(({ id }) => id);
  });
}

/** Numbers of the names in a table. */
export function createNameNumbers(table: "sdks" | "clients"): TextNumbers {
  return createTextNumbers(async (client, texts) => {
    await client.query(`insert into aplomb.${table} (name) select * from unnest($1::text[]) on conflict do nothing`, [
      texts,
    ]);
    const { rows } = await client.query<{ id: number }>(
      `select s.id from unnest($1::text[]) with ordinality as asked (name, place)
       join aplomb.${table} s on s.name = asked.name order by asked.place`,
      [texts],
    );
    return rows.map(({ id }) => id);
  });
}

/** @param lookUp - Answers with the numbers of texts, in their order. */
function createTextNumbers(lookUp: (client: PoolClient, texts: string[]) => Promise<number[]>): TextNumbers {
  const cache = new Map<string, number>();
  return {
    forget: () => cache.clear(),
    async numberAll(client, texts) {
      if (cache.size + texts.size > maxCached) cache.clear();
      // Sorted, so that two processes that add the same texts wait for each other instead of deadlocking.
      const unknown = [...texts].filter((text) => !cache.has(text)).sort();
      const numbers = unknown.length === 0 ? [] : await lookUp(client, unknown);
      for (const [at, text] of unknown.entries()) cache.set(text, numbers[at] ?? Number.NaN);
      return cache;
    },
  };
}
