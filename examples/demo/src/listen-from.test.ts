/** Tests of finding a port, with real sockets. @module */
import { createServer, type Server } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { listenFrom } from "./listen-from.js";

test("takes the preferred port when it is free, and a later one when it is not", async () => {
  const first = await listenFrom(server(), 47_310);
  const second = await listenFrom(server(), first);
  expect(second).toBeGreaterThan(first);
});

test("an address of another machine is an error, not a search", async () => {
  await expect(listenFrom(server(), 47_310, "192.0.2.1")).rejects.toThrow("EADDRNOTAVAIL");
});

function server(): Server {
  const made = createServer();
  onTestFinished(() => void made.close());
  return made;
}
