/** Runs work in a transaction that is synced to disk before it is acknowledged. @module */
import type { Pool, PoolClient } from "pg";

/** Runs work in a transaction on a connection of its own; undoes it and rejects when the work does. */
export type Transact = <T>(work: (client: PoolClient) => Promise<T>) => Promise<T>;

/**
 * Takes connections from a pool.
 *
 * @param isSynced - Whether the server syncs commits by itself; if not, each transaction asks for it.
 */
export function createTransact(pool: Pool, isSynced: boolean): Transact {
  const begin = isSynced ? "begin" : "begin; set local synchronous_commit = on";
  return async (work) => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query(begin);
      const result = await work(client);
      await client.query("commit");
      return result;
    } catch (error) {
      await client.query("rollback").catch((reason: Error) => {
        broken = reason;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  };
}
