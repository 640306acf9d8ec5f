/** aplomb serve as a process: a save becomes a new version over HTTP, a broken save becomes a message, an interrupt the end. @module */
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { directorySource, endpointSource, verifyPublication } from "@aplomb/authoring";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Running, run, start } from "../../testdata/run-command.js";
import { runHere } from "../../testdata/run-here.js";

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
  // In one step: a look at a file that is half written would find other problems.
  await writeFile(join(dir, ".edited"), text.replace(from, to));
  await rename(join(dir, ".edited"), join(dir, file));
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

describe("what is wrong, on standard error", () => {
  const listen = async (): Promise<void> => {
    running = start(["serve", "--dev", "--watch", "--port", "0"], dir);
    await running.said(/Ctrl-C ends/);
  };
  const noted = (pattern: RegExp): Promise<string> => running?.noted(pattern) ?? Promise.resolve("");
  const manifest = (audience: string): string => join(dir, ".aplomb/publication/v1", audience, "manifest");

  test(
    "a broken save: file, line, column, how to mend it, and that the last good one stays; then that it is mended",
    slow,
    async () => {
      await listen();
      await edit("flags/checkout.yaml", "serve: control", "serve: contrl");
      expect(await noted(/goes on being served\.\n/)).toMatch(
        /^flags\/checkout\.yaml:34:12: error: the flag has no variant "contrl"\n[\s\S]*> 34 \|[\s\S]*expected: .*did you mean control\?[\s\S]*\nNot published; the last good bundle goes on being served\.\n$/,
      );
      await edit("flags/checkout.yaml", "serve: contrl", "serve: control");
      // A save may be seen twice, and is then told twice.
      expect(await noted(/Mended.*\n/)).toMatch(/Mended; it is what is served\.\n$/);
      await edit("flags/checkout.yaml", "serve: control", "serve: ctrl");
      await noted(/goes on being served\.\n/);
      await edit("flags/checkout.yaml", "serve: ctrl", "serve: one-step");
      expect(await noted(/Mended.*\n/)).toMatch(/Mended; it is published\.\n$/);
      expect(await running?.said(/web\.production +version +2 /)).toMatch(/web\.production +version +2 +new/);
    },
  );

  test("a publication that cannot be published into", slow, async () => {
    await listen();
    const path = manifest("web.production");
    const good = await readFile(path);
    await writeFile(path, "torn");
    await edit("flags/checkout.yaml", "Buy now", "Buy");
    expect(await noted(/goes on being served\.\n/)).toMatch(
      /^error: .*web\.production\/manifest is not a manifest\n {2}Restore it from a backup .*\nNot published; the last good bundle goes on being served\.\n$/,
    );
    await writeFile(path, good);
    await edit("flags/checkout.yaml", "Buy", "Pay");
    expect(await noted(/Mended.*\n/)).toMatch(/Mended; it is published\.\n$/);
  });

  test("what the endpoint cannot use, at the start and after a save; once, until it is mended", slow, async () => {
    await runHere(["keygen", "--trust-domain", "shop.example", "--dir", join(dir, ".aplomb/keys")]);
    const old = manifest("web.old");
    await mkdir(dirname(old), { recursive: true });
    await writeFile(old, "torn");
    await listen();
    expect(await noted(/until then\.\n/)).toMatch(
      /^\S*\.aplomb\/publication\/v1\/web\.old\/manifest: error: the file is not a signed envelope\n {2}Restore it from a backup, .* or delete \S*web\.old if nobody asks for it\.\nNothing is served to web\.old until then\.\n$/,
    );
    await edit("flags/checkout.yaml", "Buy now", "Buy");
    await running?.said(/web\.production +version +2 /);
    await rm(dirname(old), { recursive: true });
    await edit("flags/checkout.yaml", "Buy", "Pay");
    expect(await noted(/\n/)).toBe("Mended; what is published for web.old can be used.\n");
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
      stderr: "",
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
