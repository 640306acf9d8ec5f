/** aplomb publish as two processes at once: one publishes, the other says why not, and the directory stays whole. @module */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directorySource, PUBLICATION_LOCK, publishSigned, readSigned, verifyPublication } from "@aplomb/authoring";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { run } from "../../testdata/run-command.js";
import { runHere } from "../../testdata/run-here.js";

const rounds = process.env.APLOMB_DEEP === "1" ? 100 : 3;

let dir: string;
let publicDir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-publish-"));
  publicDir = join(dir, "public");
  await succeed("keygen", "--trust-domain", "shop.example", "--dir", join(dir, "keys"));
});
afterEach(() => rm(dir, { recursive: true }));

async function succeed(...args: string[]): Promise<void> {
  expect(await runHere(args)).toMatchObject({ code: 0, stderr: "" });
}

/** A build of one flag of this name, signed as the next version. */
async function sign(key: string): Promise<string> {
  const project = join(dir, key);
  const build = join(project, "build");
  await mkdir(join(project, "flags"), { recursive: true });
  const audiences = "{ web.production: { kind: browser, environment: production, clientKey: web-shop } }";
  await writeFile(join(project, "aplomb.yaml"), `trustDomain: shop.example\naudiences: ${audiences}\n`);
  await writeFile(join(project, "flags/flag.yaml"), `key: ${key}\ntype: boolean\nclientVisible: true\n`);
  await succeed("build", project, "--out", build);
  await succeed("sign", build, "--keys", join(dir, "keys"), "--after", publicDir);
  return build;
}

async function verdict() {
  const rootEnvelope = await readFile(join(dir, "keys/1.root"));
  return (await verifyPublication(directorySource(publicDir), { rootEnvelope, atMs: Date.now() })).audiences[0];
}

describe("two at once", () => {
  test("exactly one publishes each version; the other says who was first, or that somebody was", async () => {
    await publishSigned(await readSigned(await sign("first")), publicDir);
    for (let round = 1; round <= rounds; round++) {
      const builds = [await sign(`one-${round}`), await sign(`other-${round}`)];
      let isOver = false;
      const racing = Promise.all(builds.map((build) => run(["publish", publicDir, "--build", build], dir))).finally(
        () => {
          isOver = true;
        },
      );
      while (!isOver) expect(await verdict()).toMatchObject({ ok: true });
      const ended = await racing;
      expect(ended.map(({ code }) => code).sort(), JSON.stringify(ended)).toEqual([0, 1]);
      expect(ended.find(({ code }) => code === 1)?.stderr).toMatch(
        /^error: (another publisher is at work in .*: process \d+ on .*\n {2}Let it finish|web\.production cannot be published: EQUIVOCATION.*\n {2}Somebody has published)/,
      );
      const winner = builds[ended.findIndex(({ code }) => code === 0)] ?? "";
      const [signed] = (await readSigned(winner)).bundles;
      expect(await verdict()).toMatchObject({
        ok: true,
        manifest: { version: round + 1, sha256: signed?.bundle.sha256 },
      });
    }
    expect(await readdir(publicDir)).toEqual(["v1"]);
  });
});

describe("a publication that is held from elsewhere", () => {
  test.each([
    { title: "publish", args: () => ["--build", join(dir, "one/build")] },
    { title: "publish --refresh", args: () => ["--refresh", "--keys", join(dir, "keys")] },
  ])("$title says by whom, and how to end it, and writes nothing", async ({ args }) => {
    await publishSigned(await readSigned(await sign("first")), publicDir);
    await sign("one");
    const nonce = "0f6c3e1c-8a57-4d0b-9a64-2f1d5a9f7a10";
    const lock = join(publicDir, PUBLICATION_LOCK);
    await writeFile(lock, JSON.stringify({ nonce, pid: 4242, host: "build-7", machine: "build-7" }));
    const { code, stderr } = await runHere(["publish", publicDir, ...args()]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^error: another publisher is at work in .*public: process 4242 on build-7, since 20\d\d-.*Z\n {2}Let it finish, then publish again\. If that process has ended, delete .*\.publishing\.lock\. Nothing was published\.\n$/,
      ),
    });
    const { stdout } = await runHere(["publish", publicDir, ...args(), "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "PUBLICATION_LOCKED" } });
    expect(await verdict()).toMatchObject({ ok: true, manifest: { version: 1 } });
    await rm(lock);
    expect(await runHere(["publish", publicDir, ...args()])).toMatchObject({ code: 0 });
  });
});
