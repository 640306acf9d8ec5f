/** Listens on a port, or on the next free one. @module */
import { once } from "node:events";
import type { Server } from "node:net";

/** How many ports are tried. */
const TRIES = 50;

/**
 * Listens on the first free port from `preferred` on. Answers with that port.
 *
 * @throws Error when none of fifty is free, or the address cannot be used at all.
 */
export async function listenFrom(server: Server, preferred: number, host = "127.0.0.1"): Promise<number> {
  for (let port = preferred; ; port++) {
    try {
      server.listen({ port, host });
      await once(server, "listening");
      return port;
    } catch (error) {
      const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
      if (!isTaken || port + 1 >= preferred + TRIES) throw error;
    }
  }
}
