/** What a client costs that has nothing to do: bytes on the wire, connections, timers. Against the real endpoint, over real sockets. @module */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createResolveServer, openEmbeddedStore, openPublication } from "@aplomb/server";
import { createVirtualClock, until } from "@aplomb/testkit";
import { startTcpProxy } from "@aplomb/testkit/fault-proxy";
import { expect, test } from "vitest";
import { createFlagClient } from "./create-flag-client.js";
import { good, keys } from "./testing/failure-rig.js";

const POLLS = process.env.APLOMB_DEEP === "1" ? 1_000 : 50;
const POLL_MS = 30_000;

test(`${POLLS} polls without news: at most 250 bytes each from the endpoint, one connection, one timer`, async () => {
  const directory = await mkdtemp(join(tmpdir(), "aplomb-"));
  for (const [path, bytes] of [
    [`v1/api.test/b/${good.sha256}`, good.bundle],
    ["v1/api.test/manifest", good.manifest],
  ] as const) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), bytes);
  }
  const publication = await openPublication(directory);
  const store = await openEmbeddedStore(join(directory, "exposures.db"));
  const keySha256 = createHash("sha256").update("secret").digest("hex");
  const clients = [{ kind: "service", audience: "api.test", keySha256 } as const];
  const server = await createResolveServer({ publication, store, clients, logger: false, console: false });
  const tcp = await startTcpProxy(server.url);
  const clock = createVirtualClock(Date.now());
  const trust = { root: keys.rootEnvelope, audience: "api.test" };
  const client = createFlagClient({
    endpoint: tcp.url,
    clientKey: "secret",
    trust,
    clock,
    random: () => 0.5,
    logger: null,
  });
  await until(() => client.status.confirmedAtMs > 0);
  await clock.advance(5_000);

  const bytes = (way: "upBytes" | "downBytes"): number => tcp.connections.reduce((sum, one) => sum + one[way], 0);
  const before = { up: bytes("upBytes"), down: bytes("downBytes"), connections: tcp.connections.length };
  for (let poll = 0; poll < POLLS; poll++) {
    const { confirmedAtMs } = client.status;
    await clock.advance(poll === 0 ? POLL_MS / 2 - 5_000 : POLL_MS);
    await until(() => client.status.confirmedAtMs > confirmedAtMs);
  }
  const down = (bytes("downBytes") - before.down) / POLLS;
  const up = (bytes("upBytes") - before.up) / POLLS;
  if (process.env.APLOMB_DEEP === "1") process.stdout.write(`idle ${JSON.stringify({ POLLS, up, down })}\n`);
  expect(down).toBeLessThanOrEqual(250);
  expect(up).toBeLessThanOrEqual(350);
  expect([tcp.connections.length - before.connections, client.status.error]).toEqual([0, undefined]);
  await clock.settle();
  expect(clock.pendingTimers).toBe(1);

  await client.close({ timeoutMs: 0 });
  await tcp.close();
  await server.close();
  await store.close();
  await rm(directory, { recursive: true });
}, 600_000);
