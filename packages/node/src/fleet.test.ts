/** N-02 I-01: 200 real clients over real sockets, and an endpoint that is killed again and again. @module */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { until } from "@aplomb/testkit";
import { buildChildProgram, type ChildProgram } from "@aplomb/testkit/kill-harness";
import { type RunningProgram, startFile } from "@aplomb/testkit/start-program";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFlagClient } from "./create-flag-client.js";
import type { FlagClient } from "./index.js";
import { good, keys, user } from "./testing/failure-rig.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const CLIENTS = 200;
const RESTARTS = isDeep ? 20 : 1;
const POLL_MS = isDeep ? 5_000 : 2_000;
/** Beside the time that the endpoint itself takes to start. */
const DOWN_MS = isDeep ? 3_000 : 200;
const UP_MS = isDeep ? 10_000 : 500;

let program: ChildProgram;
let directory: string;
beforeEach(async () => {
  program = await buildChildProgram(new URL("./testing/serve-published.ts", import.meta.url), { external: ["libsql"] });
  directory = await mkdtemp(join(tmpdir(), "aplomb-"));
  for (const [path, bytes] of [
    [`v1/api.test/b/${good.sha256}`, good.bundle],
    ["v1/api.test/manifest", good.manifest],
  ] as const) {
    await mkdir(dirname(join(directory, "published", path)), { recursive: true });
    await writeFile(join(directory, "published", path), bytes);
  }
});
afterEach(async () => {
  await program.close();
  await rm(directory, { recursive: true, force: true });
});

async function serve(port = 0): Promise<{ child: RunningProgram; port: number }> {
  const child = startFile(program.path, directory, String(port));
  return { child, port: Number(await child.line("")) };
}

const rest = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs));

test(`N-02 I-01 ${CLIENTS} clients, the endpoint killed and started ${RESTARTS} times: all recover, and ask hardly more than ever`, async () => {
  let { child, port } = await serve();
  let requests = 0;
  const fetch: typeof globalThis.fetch = (url, init) => {
    requests++;
    return globalThis.fetch(url, init);
  };
  const trust = { root: keys.rootEnvelope, audience: "api.test" };
  const options = { endpoint: `http://127.0.0.1:${port}`, clientKey: "secret", trust, logger: null, fetch };
  const clients: FlagClient[] = Array.from({ length: CLIENTS }, () =>
    createFlagClient({ ...options, refresh: { pollIntervalMs: POLL_MS } }),
  );
  const isConfirmedSince = (atMs: number) => (): boolean => clients.every(({ status }) => status.confirmedAtMs >= atMs);
  await until(isConfirmedSince(1), 30_000);
  const [startedMs, requestsBefore] = [performance.now(), requests];
  const recoveriesMs: number[] = [];
  for (let restart = 0; restart < RESTARTS; restart++) {
    await child.kill();
    await rest(DOWN_MS);
    ({ child } = await serve(port));
    const upAtMs = Date.now();
    await until(isConfirmedSince(upAtMs), 60_000);
    recoveriesMs.push(Date.now() - upAtMs);
    expect(clients.every((client) => client.getBooleanValue("checkout.enabled", false, user))).toBe(true);
    await rest(UP_MS);
  }
  const needed = (CLIENTS * (performance.now() - startedMs)) / POLL_MS;
  const amplification = (requests - requestsBefore) / needed;
  if (isDeep) process.stdout.write(`N-02 ${JSON.stringify({ amplification, recoveriesMs })}\n`);
  expect(Math.max(...recoveriesMs)).toBeLessThanOrEqual(60_000);
  expect(amplification).toBeLessThanOrEqual(1.3);
  expect(clients.every(({ status }) => status.state === "READY" && status.error === undefined)).toBe(true);
  await Promise.all(clients.map((client) => client.close({ timeoutMs: 0 })));
  await child.kill();
}, 1_800_000);
