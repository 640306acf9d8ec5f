/** S-11 a version that clients refuse is taken back by itself: real clients, a real endpoint, the command line. @module */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRings } from "@aplomb/authoring";
import { ringOf } from "@aplomb/core";
import { createFlagClient, type FlagClient, fileStore } from "@aplomb/node";
import { createResolveServer, openEmbeddedStore, openPublication } from "@aplomb/server";
import { until } from "@aplomb/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runHere } from "../../testdata/run-here.js";

const AUDIENCE = "web.production";
const FLUSH_MS = 200;
const slow = { timeout: 60_000 };

let dir: string;
let closing: (() => Promise<unknown>)[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-rollout-"));
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  await rm(dir, { recursive: true });
});

/** Runs a command on the publication, and expects it to succeed. */
async function aplomb(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere(args);
  expect({ code, stderr }, args.join(" ")).toMatchObject({ code: 0 });
  return stdout;
}

/** Publishes flags under these keys. */
async function publish(...flags: string[]): Promise<void> {
  const project = join(dir, flags.join("-"));
  await mkdir(join(project, "flags"), { recursive: true });
  const audiences = `{ ${AUDIENCE}: { kind: browser, environment: production, clientKey: web-shop } }`;
  await writeFile(join(project, "aplomb.yaml"), `trustDomain: shop.example\naudiences: ${audiences}\n`);
  for (const key of flags) {
    const flag = `{ key: ${key}, type: boolean, clientVisible: true, rules: [{ name: all, serve: on }] }\n`;
    await writeFile(join(project, `flags/${key}.yaml`), flag);
  }
  const build = join(project, "build");
  await aplomb("build", project, "--out", build);
  await aplomb("sign", build, "--rings", "--keys", join(dir, "keys"), "--after", join(dir, "public"));
  await aplomb("publish", join(dir, "public"), "--build", build);
}

async function serve() {
  const publication = await openPublication(join(dir, "public"));
  const store = await openEmbeddedStore(join(dir, "exposures.db"));
  const clients = [{ kind: "browser", audience: AUDIENCE, key: "web-shop" }] as const;
  const server = await createResolveServer({ publication, store, clients, logger: false });
  closing.push(
    () => store.close(),
    () => server.close(),
  );
  return { server, publication, store };
}

/** Installations of the first ring, and of none, each with a store of its own. Those of the first ring get the second bundle broken. */
async function startClients(url: string, count: number, ring: number): Promise<readonly FlagClient[]> {
  const root = new Uint8Array(await readFile(join(dir, "keys/1.root")));
  const ids = Array.from({ length: 4_000 }, (_, index) => index.toString(16).padStart(32, "0"));
  const bundles = new Set<string>();
  const fetchBroken: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const path = String(input).split("/b/")[1];
    if (path === undefined) return response;
    bundles.add(path);
    if (bundles.size !== 2 || [...bundles][1] !== path) return response;
    const bytes = new Uint8Array(await response.arrayBuffer());
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    return new Response(bytes, { headers: { "content-type": response.headers.get("content-type") ?? "" } });
  };
  const found = ids.filter((id) => ringOf(id, AUDIENCE) === ring).slice(0, count);
  return Promise.all(
    found.map(async (id) => {
      const directory = join(dir, `client-${id}`);
      await mkdir(directory);
      await writeFile(join(directory, "install-id"), id);
      const client = createFlagClient({
        ...{ endpoint: url, clientKey: "web-shop", trust: { root, audience: AUDIENCE }, logger: null },
        ...{ store: fileStore(directory), fetch: fetchBroken },
        refresh: { rings: true, pollIntervalMs: 1_000 },
        exposures: { flushIntervalMs: FLUSH_MS },
      });
      closing.push(() => client.close());
      await client.ready();
      return client;
    }),
  );
}

test(
  "S-11 a refusal is in the endpoint's status within two flushes; the rollout halts at five clients and 0.1 %, and the content before it comes back",
  slow,
  async () => {
    await aplomb("keygen", "--trust-domain", "shop.example", "--dir", join(dir, "keys"));
    await publish("good");
    const { server, publication, store } = await serve();
    const early = await startClients(server.url, 6, 1);
    const late = await startClients(server.url, 3, 0);
    const clients = [...early, ...late];
    let turn = 0;
    const readAll = (): void => {
      turn += 1;
      for (const client of clients) client.getBooleanValue("good", false, { targetingKey: `user-${turn}` });
    };
    const reading = setInterval(readAll, 50);
    closing.push(async () => clearInterval(reading));

    await publish("good", "bad");
    await publication.reload();
    const query = [join(dir, "public"), "--audience", AUDIENCE, "--endpoint", server.url];
    await until(() => early.every(({ status }) => status.error?.code === "HASH"), 20_000);
    const refusedAtMs = performance.now();
    const refusals = async () => (await store.instances(AUDIENCE, 0)).rejections[0]?.instances ?? 0;
    while ((await refusals()) < early.length) await new Promise((resolve) => setTimeout(resolve, 10));
    // Two flushes, each up to 1.2 times the interval apart; the rest is this machine's.
    expect(performance.now() - refusedAtMs).toBeLessThan(2 * 1.2 * FLUSH_MS + 1_000);

    expect(await aplomb("rollout", "status", ...query)).toMatch(
      /ring 1, 1 % +version +2 .*halt: 0 instances run it, 6 refuse it/,
    );
    const keys = ["--keys", join(dir, "keys")];
    const promoted = await runHere(["rollout", "promote", ...query, ...keys]);
    expect(promoted).toMatchObject({ code: 1, stderr: expect.stringContaining("aplomb rollout halt") });
    const halted = await runHere(["rollout", "watch", ...query, ...keys, "--promote"]);
    expect(halted).toMatchObject({ code: 1, stdout: expect.stringMatching(/Taken back .*6 refuse it/) });
    const rings = await readRings(join(dir, "public"), AUDIENCE);
    expect([1, 0].map((ring) => rings.get(ring)?.manifest.version)).toEqual([3, 1]);
    expect(rings.get(1)?.manifest.sha256).toBe(rings.get(0)?.manifest.sha256);

    await publication.reload();
    await until(() => early.every(({ status }) => status.bundleVersion === 3 && !status.error), 20_000);
    expect(late.every(({ status }) => status.bundleVersion === 1)).toBe(true);
    await until(async () => (await refusals()) === 0, 20_000);
  },
);
