/** Connections to a PostgreSQL database, and the state that they find it in. @module */
import { FlagError } from "@aplomb/core";
import { Pool } from "pg";
import { migrate } from "./migrations.js";

const connectTimeoutMs = 5_000;
const statementTimeoutMs = 30_000;

/** A pool of at most so many connections, made when they are needed. */
export function createPool(url: string, max: number): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // A little more than the server's own limit: it is for servers that do not answer at all.
    query_timeout: statementTimeoutMs + connectTimeoutMs,
    application_name: "aplomb",
    allowExitOnIdle: true,
  });
  // A connection that breaks rejects what it was doing, and the pool replaces it. Its error event says nothing more, and would
  // end the process if nobody listened.
  const ignore = (): void => undefined;
  pool.on("error", ignore);
  pool.on("connect", (client) => client.on("error", ignore));
  return pool;
}

/** The error for a database that cannot be used; its message does not have the password. */
export function unusable(cause: unknown): FlagError {
  const why = cause instanceof Error && cause.message !== "" ? cause.message : codeOf(cause);
  return new FlagError("OPTION", `the PostgreSQL database cannot be used: ${why}`, { cause });
}

/** Brings the schema up to date; answers whether the server syncs commits by itself. */
export async function prepareDatabase(pool: Pool): Promise<boolean> {
  const client = await pool.connect();
  try {
    await migrate(client);
    const { rows } = await client.query<{ synced: boolean }>(
      "select current_setting('synchronous_commit') <> 'off' as synced",
    );
    return rows[0]?.synced === true;
  } finally {
    client.release();
  }
}

/** The SQLSTATE or system code of an error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
