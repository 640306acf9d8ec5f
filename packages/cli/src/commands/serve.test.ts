/** aplomb serve as a process: a save becomes a new version over HTTP, a broken save becomes a message, an interrupt the end. @module */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { directorySource, endpointSource, verifyPublication } from "@aplomb/authoring";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Running, run, start } from "../../testdata/run-command.js";

const shop = fileURLToPath(new URL("../../../authoring/testdata/shop", import.meta.url));
const slow = { timeout: 60_000 };

let dir: string;
let running: Running | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-serve-"));
  await cp(shop, dir, { recursive: true });
});
afterEach(async () => {
  running?.child.kill("SIGKILL");
  await running?.ended;
  running = undefined;
  await rm(dir, { recursive: true });
});

interface Listening {
  readonly url: string;
  readonly port: number;
  readonly rootEnvelope: string;
}

const serve = async (...args: string[]): Promise<Listening> => {
  running = start(["serve", "--dev", "--json", "--port", "0", ...args], dir);
  return (await running.event("listening")) as unknown as Listening;
};

/** The version that a client which pins the root would take from the endpoint. */
const versionAt = async (
  { url, rootEnvelope }: Listening,
  audience = "web.production",
): Promise<number | undefined> => {
  const root = Buffer.from(rootEnvelope, "base64");
  const source = endpointSource(url, { clientKey: "shop-service-secret" });
  const verdict = await verifyPublication(source, { rootEnvelope: root, audiences: [audience], atMs: Date.now() });
  return verdict.audiences.find(({ ok }) => ok)?.manifest?.version;
};

const edit = async (file: string, from: string, to: string): Promise<void> => {
  const text = await readFile(join(dir, file), "utf8");
  expect(text).toContain(from);
  await writeFile(join(dir, file), text.replace(from, to));
};

describe("aplomb serve --watch", () => {
  test("makes keys on the first run, and serves every audience", slow, async () => {
    const listening = await serve("--watch");
    expect(
      await Promise.all(["web.production", "service.production"].map((name) => versionAt(listening, name))),
    ).toEqual([1, 1]);
  });

  test("a save is a new version over HTTP within 2 s", slow, async () => {
    const listening = await serve("--watch");
    const savedAtMs = performance.now();
    await edit("flags/checkout.yaml", "Buy now", "Buy");
    for (let version: number | undefined = 1; version === 1; ) version = await versionAt(listening);
    expect(performance.now() - savedAtMs).toBeLessThan(2_000);
    expect(await versionAt(listening)).toBe(2);
  });

  test("a broken save is told, and the last good version stays served", slow, async () => {
    const listening = await serve("--watch");
    await edit("flags/checkout.yaml", "serve: control", "serve: contrl");
    expect(await running?.event("broken")).toMatchObject({
      problems: [{ file: "flags/checkout.yaml", line: 34, column: 12, message: 'the flag has no variant "contrl"' }],
    });
    expect(await versionAt(listening)).toBe(1);
    await edit("flags/checkout.yaml", "serve: contrl", "serve: one-step");
    await running?.event("published");
    expect(await versionAt(listening)).toBe(2);
  });

  test("a new file and a deleted one are saves too", slow, async () => {
    const listening = await serve("--watch");
    await writeFile(join(dir, "flags/another.yaml"), "key: another\ntype: boolean\nclientVisible: true\n");
    await running?.event("published");
    await rm(join(dir, "flags/another.yaml"));
    await running?.event("published");
    expect(await versionAt(listening)).toBeGreaterThan(1);
  });
});

describe("aplomb serve", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("%s closes the port and ends with 0", slow, async (signal) => {
    const { port } = await serve("--watch");
    running?.child.kill(signal);
    expect(await running?.ended).toMatchObject({
      code: 0,
      signal: null,
      stdout: expect.stringMatching(/"closed"\}\n$/),
    });
    const reuse = createServer();
    await new Promise<void>((resolve, reject) => reuse.once("error", reject).listen(port, "127.0.0.1", resolve));
    await new Promise((resolve) => reuse.close(resolve));
  });

  test("goes on counting where it stopped", slow, async () => {
    await serve();
    running?.child.kill("SIGTERM");
    await running?.ended;
    await edit("flags/checkout.yaml", "Buy now", "Buy");
    expect(await versionAt(await serve())).toBe(2);
  });

  test("takes the next free port, and says so", slow, async () => {
    const blocker = createServer();
    const taken = await new Promise<number>((resolve) =>
      blocker.listen(0, "127.0.0.1", () => resolve((blocker.address() as { port: number }).port)),
    );
    running = start(["serve", "--dev", "--port", String(taken)], dir);
    const stdout = await running.said(/Ctrl-C ends/);
    await new Promise((resolve) => blocker.close(resolve));
    expect(stdout).toContain(`Port ${taken} is taken`);
  });

  test("without keys and --dev, says how to make them", slow, async () => {
    const { code, stderr } = await run(["serve"], dir);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/there are no keys[\s\S]*aplomb keygen/),
    });
    expect((await verifyPublication(directorySource(join(dir, ".aplomb/publication")), { atMs: 0 })).error).toMatch(
      /no root/,
    );
  });
});
