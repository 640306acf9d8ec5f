/** Exposures on their way to a real database, through networks and endpoints that fail. @module */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createSeededRandom } from "@aplomb/testkit";
import { type FaultProxy, startFaultProxy } from "@aplomb/testkit/fault-proxy";
import { startProgram } from "@aplomb/testkit/start-program";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FlagClient, fileJournal } from "./index.js";
import { startVictimRig, type VictimRig } from "./testing/victims.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const isPublish = ({ path }: { path: string }) => path.endsWith("/PublishExposures");

let rig: VictimRig;
let proxy: FaultProxy | undefined;
beforeEach(async () => {
  rig = await startVictimRig();
});
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  await rig.close();
});

/** A client behind the proxy, with flags. */
async function start(options: Parameters<VictimRig["client"]>[0] = {}): Promise<FlagClient> {
  proxy ??= await startFaultProxy(rig.url);
  const client = rig.client({ endpoint: proxy.url, ...options });
  await client.ready();
  return client;
}

function read(client: FlagClient, from: number, to: number, attributes = {}): void {
  for (let unit = from; unit < to; unit++) {
    client.getBooleanValue("checkout.enabled", false, { ...attributes, targetingKey: `u${unit}` });
  }
}

const countsOf = (times: ReadonlyMap<string, number>) => [times.size, Math.max(...times.values())];

describe("exposures", { timeout: 1_800_000 }, () => {
  test("E-03 delivered up to five times, out of order, and replayed at the end: every row once", async () => {
    const batches = isDeep ? 500 : 40;
    const random = createSeededRandom(3);
    const client = await start();
    proxy?.setRule((request) => {
      if (!isPublish(request)) return undefined;
      if (random.next() < 0.2) return { kind: "hold", fault: { kind: "duplicate", times: 2 } };
      return { kind: "duplicate", times: 1 + Math.floor(random.next() * 5) };
    });
    for (let batch = 0; batch < batches; batch++) {
      read(client, batch * 5, batch * 5 + 5);
      const flushed = client.flush();
      while (!(await Promise.race([flushed, wait(20)]))) await proxy?.releaseHeld("newest_first");
    }
    await client.close();
    proxy?.setRule(undefined);
    const sent = proxy?.requests.filter(isPublish) ?? [];
    for (const { path, headers, body } of [...sent].reverse()) {
      const { host: _host, connection: _connection, ...rest } = headers;
      const answer = await fetch(rig.url + path, {
        method: "POST",
        headers: rest as HeadersInit,
        body: body as BodyInit,
      });
      expect(answer.status).toBe(200);
    }
    expect(countsOf(await rig.stored())).toEqual([batches * 5, 1]);
  });

  test("E-22 37 records that are lost behind the client's back are 37 missing ones at the endpoint", async () => {
    const client = await start();
    read(client, 0, 5);
    await client.flush();
    const headers = { "content-type": "application/proto" };
    proxy?.setRule((request) => (isPublish(request) ? { kind: "answer", status: 200, headers, body: "" } : undefined));
    read(client, 5, 42);
    await client.flush();
    expect(await rig.missing()).toBe(0);
    proxy?.setRule(undefined);
    read(client, 42, 45);
    await client.close();
    expect(await rig.missing()).toBe(37);
    expect((await rig.stored()).size).toBe(8);
  });

  test("E-23 bodies are never compressed, so an endpoint that takes only plain ones takes all", async () => {
    const client = await start();
    proxy?.setRule((request) =>
      isPublish(request) && "content-encoding" in request.headers ? { kind: "answer", status: 415 } : undefined,
    );
    read(client, 0, 3_000);
    await client.flush();
    const sent = proxy?.requests.filter(isPublish) ?? [];
    expect(Math.max(...sent.map(({ body }) => body.length))).toBeGreaterThan(20_000);
    expect(sent.some(({ headers }) => "content-encoding" in headers)).toBe(false);
    expect((await rig.stored()).size).toBe(3_000);
    await client.close();
  });

  test("E-19 b of 200 attributes nothing is on the wire, on disk or in the log but what is allowed", async () => {
    const lines: string[] = [];
    const attributes = Object.fromEntries(
      Array.from({ length: 200 }, (_, at) => [`canary-${at}`, `canary-value-${at}`]),
    );
    const client = await start({
      ...{ logger: { warn: (line) => void lines.push(line) }, sendAttributes: ["plan"], context: attributes },
      exposures: { outbox: fileJournal(rig.journal) },
    });
    read(client, 0, 100, attributes);
    client.track("purchase", { value: 1, properties: { ...attributes, plan: "pro" } }, { targetingKey: "u1" });
    const kept = [...everyFile(rig.journal)];
    expect(kept.some((bytes) => bytes.includes("u99") && bytes.includes("pro"))).toBe(true);
    proxy?.setRule((request) =>
      isPublish(request) && request.index % 2 === 0 ? { kind: "drop_response" } : undefined,
    );
    await client.close();
    const wire =
      proxy?.requests.map(({ path, headers, body }) => path + JSON.stringify(headers) + body.toString()) ?? [];
    const seen = [
      ...kept.map(String),
      ...wire,
      ...lines,
      ...[...everyFile(rig.directory)].map((bytes) => bytes.toString("latin1")),
    ];
    expect(seen.filter((text) => text.includes("canary"))).toEqual([]);
  });

  test("E-21 four processes draw ids, and none twice", async () => {
    const each = isDeep ? 250_000 : 5_000;
    const source = `
      import { nodeHost } from "./src/node-host.ts";
      for (let id = 0; id < ${each}; id++) process.stdout.write(Buffer.from(nodeHost.randomBytes(16)).toString("base64") + "\\n");`;
    const draw = async () => {
      const child = startProgram(source, join(import.meta.dirname, ".."));
      await child.ended;
      return child.lines;
    };
    const ids = (await Promise.all([draw(), draw(), draw(), draw()])).flat();
    expect([ids.length, new Set(ids).size]).toEqual([4 * each, 4 * each]);
  });
});

function* everyFile(directory: string): Generator<Buffer> {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) yield readFileSync(join(entry.parentPath, entry.name));
  }
}
