/** Begins and ends listening. @module */
import { FlagError } from "@aplomb/core";
import type { FastifyInstance } from "fastify";

/**
 * Listens, and answers with the address as a URL.
 *
 * @throws FlagError `OPTION` when the address cannot be listened on.
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port, listenTextResolver: (address) => `the resolve endpoint listens at ${address}` });
  } catch (error) {
    throw cannotListen(host, port, error);
  }
  const address = app.server.address();
  const bound = (typeof address === "object" ? address?.port : undefined) ?? port;
  return `http://${host.includes(":") ? `[${host}]` : host}:${bound}`;
}

/** The error for an address that cannot be listened on. */
export function cannotListen(host: string, port: number, cause: unknown): FlagError {
  const inUse = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
  const why = inUse ? "the port is in use; choose another one, or 0 for a free one" : String(cause);
  return new FlagError("OPTION", `cannot listen on ${host}, port ${port}: ${why}`, { cause });
}

/** Lets requests in flight finish for a while, then cuts their connections. */
export async function drain(app: FastifyInstance, drainTimeoutMs: number): Promise<void> {
  const idle = setInterval(() => app.server.closeIdleConnections(), 25);
  const cut = setTimeout(() => app.server.closeAllConnections(), drainTimeoutMs);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(cut);
  }
}
