/** Two publishers at once, as processes: one publishes, the other is told, and what is served is whole at every moment. @module */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildBundle } from "../../testdata/build-bundle.js";
import { type Ceremony, createCeremony } from "../../testdata/key-ceremony.js";
import { writeBuild } from "../build/build-files.js";
import type { BuiltBundle } from "../built-bundle.js";
import { publishBundles, signBundles } from "../publish-bundles.js";
import { publishSigned } from "../publish-signed.js";
import { readSigned, writeSigned } from "../sign/signed-files.js";
import { directorySource } from "../verify/artefact-source.js";
import { verifyPublication } from "../verify/verify-publication.js";
import { holdPublication } from "./hold-publication.js";
import { PUBLICATION_LOCK } from "./publication-lock.js";

const rounds = process.env.APLOMB_DEEP === "1" ? 1_000 : 20;
const atMs = Date.UTC(2026, 10, 22);
const program = fileURLToPath(new URL("../../testdata/publisher-process.ts", import.meta.url));

interface Answer {
  readonly version?: number;
  readonly change?: string;
  readonly code?: string;
  readonly message?: string;
  readonly remedy?: string;
  readonly holds?: string;
}

/** A publisher in another process, that answers each order. */
interface Publisher {
  readonly child: ChildProcess;
  ask(order: { dir: string; build?: string }): Promise<Answer>;
}

let dir: string;
let publicDir: string;
let ceremony: Ceremony;
let children: ChildProcess[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-lock-"));
  publicDir = join(dir, "public");
  ceremony = await createCeremony(atMs);
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await rm(dir, { recursive: true });
});

async function startPublisher(): Promise<Publisher> {
  const args = ["--conditions=@aplomb/source", "--import", import.meta.resolve("tsx"), program];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Answer> => JSON.parse((await lines.next()).value ?? "{}");
  await next();
  return {
    child,
    ask(order) {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      return next();
    },
  };
}

/** A bundle of one flag of this name. */
const bundleOf = (key: string): BuiltBundle =>
  buildBundle({
    trustDomain: "shop.example",
    audience: { name: "web.test", kind: "browser", environment: "test", clientKeySha256: "" },
    flags: [{ key, type: "boolean", rules: [{ name: "all", serve: "on" }] }],
    segments: [],
  });

/** Signs a bundle as the next version of what is published now. */
async function sign(key: string): Promise<{ readonly build: string; readonly sha256: string }> {
  const build = join(dir, key);
  const bundle = bundleOf(key);
  await writeBuild(build, "shop.example", [bundle]);
  await writeSigned(build, await signBundles([bundle], { keys: ceremony.keys, atMs, dir: publicDir }));
  return { build, sha256: bundle.sha256 };
}

const verdict = async () =>
  (await verifyPublication(directorySource(publicDir), { rootEnvelope: ceremony.roots[0], atMs })).audiences[0];

describe("two publishers at once", () => {
  test("S-08 one wins each version, the other is told, and what is served verifies at every moment", async () => {
    const [one, other] = await Promise.all([startPublisher(), startPublisher()]);
    await publishBundles([bundleOf("first")], { keys: ceremony.keys, atMs, dir: publicDir });
    for (let round = 1; round <= rounds; round++) {
      const builds = [await sign(`one-${round}`), await sign(`other-${round}`)];
      let isOver = false;
      const racing = Promise.all(
        [one, other].map((publisher, index) => publisher.ask({ dir: publicDir, build: builds[index]?.build ?? "" })),
      ).finally(() => {
        isOver = true;
      });
      while (!isOver) expect(await verdict()).toMatchObject({ ok: true });
      const answers = await racing;
      const [winner, ...rest] = builds.filter((_, index) => answers[index]?.version === round + 1);
      expect(rest, JSON.stringify(answers)).toEqual([]);
      expect(await verdict()).toMatchObject({ ok: true, manifest: { version: round + 1, sha256: winner?.sha256 } });
      const loser = answers.find(({ code }) => code !== undefined);
      expect(loser?.message).toMatch(/another publisher is at work in .*: process \d+ on |EQUIVOCATION/);
      expect(["PUBLICATION_LOCKED", "VERSION"]).toContain(loser?.code);
    }
    expect(await readdir(publicDir)).toEqual(["v1"]);
  });

  test("one that signs as it publishes gives the next version, never the same", async () => {
    const options = { keys: ceremony.keys, atMs, dir: publicDir };
    const publish = async (key: string): Promise<number | undefined> => {
      for (;;) {
        try {
          return (await publishBundles([bundleOf(key)], options))[0]?.manifest.version;
        } catch (error) {
          expect(error).toMatchObject({ code: "PUBLICATION_LOCKED" });
          await new Promise(setImmediate);
        }
      }
    };
    const versions = await Promise.all(["a", "b", "c", "d", "e"].map(publish));
    expect(versions.sort()).toEqual([1, 2, 3, 4, 5]);
  });
});

describe("a publication that is held", () => {
  test("says by whom and since when, and how to end it; nothing is published", async () => {
    const holder = await startPublisher();
    const { build } = await sign("a");
    await holder.ask({ dir: publicDir });
    await expect(publishSigned(await readSigned(build), publicDir)).rejects.toMatchObject({
      code: "PUBLICATION_LOCKED",
      message: expect.stringMatching(
        new RegExp(`: process ${holder.child.pid} on ${hostname()}, since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$`),
      ),
      remedy: expect.stringContaining(`delete ${join(publicDir, PUBLICATION_LOCK)}. Nothing was published.`),
    });
    expect(await readdir(publicDir)).toEqual([PUBLICATION_LOCK]);
  });

  test("is free again when its holder was killed, also for two who come at once", async () => {
    const holder = await startPublisher();
    await holder.ask({ dir: publicDir });
    const ended = new Promise((resolve) => holder.child.once("exit", resolve));
    holder.child.kill("SIGKILL");
    await ended;
    let atWork = 0;
    const works = Array.from({ length: 8 }, () =>
      holdPublication(publicDir, async () => {
        atWork += 1;
        expect(atWork).toBe(1);
        await new Promise(setImmediate);
        atWork -= 1;
        return "worked";
      }).catch(({ code }) => code as string),
    );
    expect(new Set(await Promise.all(works))).toEqual(new Set(["worked", "PUBLICATION_LOCKED"]));
    expect(await readdir(publicDir)).toEqual([]);
  });

  test.each([
    { title: "on another machine", change: { machine: "elsewhere" }, says: / process \d+ on / },
    { title: "whose process is running", change: { pid: process.pid }, says: / process \d+ on / },
    { title: "that is not to be read", text: "{", says: /at work in [^:]*, since / },
    { title: "that names no lock of ours", change: { nonce: "../../x" }, says: /at work in [^:]*, since / },
  ])("is not taken from a holder $title", async ({ change, text, says }) => {
    const path = join(publicDir, PUBLICATION_LOCK);
    let written = "";
    await holdPublication(publicDir, async () => {
      written = await readFile(path, "utf8");
    });
    const lock = text ?? JSON.stringify({ ...JSON.parse(written), pid: 2 ** 22 + 1, ...change });
    await writeFile(path, lock);
    const work = holdPublication(publicDir, async () => "worked");
    await expect(work).rejects.toMatchObject({ code: "PUBLICATION_LOCKED", message: expect.stringMatching(says) });
    expect(await readFile(path, "utf8")).toBe(lock);
  });

  test("is released when the work fails", async () => {
    await expect(holdPublication(publicDir, () => Promise.reject(new RangeError("no")))).rejects.toThrow("no");
    expect(await holdPublication(publicDir, async () => "worked")).toBe("worked");
  });
});
