/** The Node client and the resolve endpoint: signed files to stored rows, over real sockets and a real database. @module */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  createResolveServer,
  openEmbeddedStore,
  openPublication,
  type ResolveServer,
  type StoredExposure,
} from "@aplomb/server";
import { bundleBytes, createTestKeys, fullRollout, split, until } from "@aplomb/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFlagClient } from "./create-flag-client.js";
import type { ClientOptions, FlagClient } from "./index.js";

const variants = [
  { name: "on", value: { enabled: true } },
  { name: "off", value: { enabled: false } },
];
const bundleOf = (rule: ReturnType<typeof split>) =>
  bundleBytes({ segments: { everyone: {} }, flags: { checkout: { variants, rules: [rule] } } });
const keys = await createTestKeys({ audience: "api.test" });
const half = await keys.seal(bundleOf(split("half", "everyone", { on: 50, off: 50 })), { version: 1n });
const off = await keys.seal(bundleOf(fullRollout("all", "everyone", "off")), { version: 2n });

let directory: string;
let end: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "aplomb-"));
});
afterEach(async () => {
  for (const step of end.reverse()) await step();
  end = [];
  await rm(directory, { recursive: true });
});

async function put(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** An endpoint on the test's directory; started again on a port, it finds everything where it was. */
async function serve(port = 0) {
  const publication = await openPublication(join(directory, "published"));
  const store = await openEmbeddedStore(join(directory, "exposures.db"));
  const keySha256 = createHash("sha256").update("secret").digest("hex");
  const clients = [{ kind: "service", audience: "api.test", keySha256 } as const];
  const server: ResolveServer = await createResolveServer({ publication, store, clients, logger: false, port });
  const stop = async () => {
    await server.close();
    await store.close();
  };
  const publish = async ({ sha256, bundle, manifest }: typeof half) => {
    const root = join(directory, "published", "v1", "api.test");
    await put(join(root, "b", sha256), bundle);
    await put(join(root, "manifest"), manifest);
    await publication.reload();
  };
  const rows = async () => {
    const all: StoredExposure[] = [];
    for await (const row of store.readExposures()) all.push(row);
    return all;
  };
  return { server, stop, publish, rows };
}

function start(endpoint: string, options: Partial<ClientOptions> = {}): FlagClient {
  const trust = { root: keys.rootEnvelope, audience: "api.test" };
  const client = createFlagClient({ endpoint, clientKey: "secret", trust, logger: null, ...options });
  end.push(() => client.close({ timeoutMs: 100 }));
  return client;
}

describe("client and endpoint", () => {
  test("every unit that met the flag is one row, with the variant it met", async () => {
    const { server, stop, publish, rows } = await serve();
    end.push(stop);
    await publish(half);
    const [one, two] = [start(server.url), start(server.url)];
    await Promise.all([one.ready(), two.ready()]);
    const met = new Map<string, boolean>();
    for (let unit = 0; unit < 1_200; unit++) {
      const targetingKey = `user-${unit}`;
      met.set(targetingKey, one.getBooleanValue("checkout.enabled", false, { targetingKey }));
      expect(two.getBooleanValue("checkout.enabled", false, { targetingKey })).toBe(met.get(targetingKey));
    }
    expect(await one.flush()).toMatchObject({ pending: 0, dropped: 0 });
    expect(await two.flush()).toMatchObject({ pending: 0, dropped: 0 });
    const stored = await rows();
    expect(stored.length).toBe(1_200);
    expect(stored.every(({ unit, variant }) => met.get(unit) === (variant === "on"))).toBe(true);
    expect(stored.every(({ timesReported }) => timesReported === 2)).toBe(true);
  });

  test("a version that is published reaches a streaming client within about a second", async () => {
    const { server, stop, publish } = await serve();
    end.push(stop);
    await publish(half);
    const client = start(server.url, { refresh: { stream: true } });
    await client.ready();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await publish(off);
    await until(() => client.status.bundleVersion === 2, 2_000);
    expect(client.getBooleanDetails("checkout.enabled", true)).toMatchObject({ value: false, reason: "STATIC" });
  });

  test("N-02 an endpoint that restarts loses nothing and stores nothing twice", async () => {
    const first = await serve();
    await first.publish(half);
    const client = start(first.server.url, { exposures: { flushIntervalMs: 100 } });
    await client.ready();
    for (let unit = 0; unit < 100; unit++)
      client.getBooleanValue("checkout.enabled", false, { targetingKey: `a${unit}` });
    await client.flush();
    await first.stop();
    for (let unit = 0; unit < 100; unit++)
      client.getBooleanValue("checkout.enabled", false, { targetingKey: `b${unit}` });
    expect(await client.flush({ timeoutMs: 300 })).toMatchObject({ delivered: 0, pending: 100 });
    const second = await serve(first.server.port);
    end.push(second.stop);
    expect(await client.flush({ timeoutMs: 10_000 })).toMatchObject({ delivered: 100, pending: 0, dropped: 0 });
    expect((await second.rows()).map(({ timesReported }) => timesReported)).toEqual(Array(200).fill(1));
  }, 20_000);

  test("a wrong key is a refusal that the status names", async () => {
    const { server, stop, publish } = await serve();
    end.push(stop);
    await publish(half);
    const client = start(server.url, { clientKey: "wrong" });
    await until(() => client.status.error !== undefined);
    expect(client.status).toMatchObject({ state: "NOT_READY", error: { code: "REFUSED" } });
  });
});
