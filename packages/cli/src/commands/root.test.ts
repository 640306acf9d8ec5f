/** aplomb root, publish and inspect: what they write, say and refuse, run in this process. @module */
import { cp, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type EndedHere, runHere } from "../../testdata/run-here.js";

const shop = fileURLToPath(new URL("../../../authoring/testdata/shop", import.meta.url));

let dir: string;
let keys: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-root-"));
  await cp(shop, dir, { recursive: true });
  keys = join(dir, ".aplomb/keys");
  expect(await runHere(["keygen", dir])).toMatchObject({ code: 0 });
});
afterEach(() => rm(dir, { recursive: true }));

const json = ({ stdout }: EndedHere) => JSON.parse(stdout) as Record<string, never>;
const root = async (...args: string[]) => json(await runHere(["root", ...args, "--keys", keys, "--json"]));
const bundleKeyids = async () =>
  ((await root("show")) as unknown as { bundleRole: { keyids: string[] } }).bundleRole.keyids;
/** Builds, signs and publishes. */
const publish = async (...signing: string[]) => {
  const paths = { build: join(dir, ".aplomb/build"), publication: join(dir, ".aplomb/publication") };
  await runHere(["build", dir]);
  const signed = await runHere(["sign", paths.build, "--keys", keys, "--after", paths.publication, ...signing]);
  if (signed.code !== 0) return signed;
  return runHere(["publish", paths.publication, "--build", paths.build, "--json"]);
};

describe("aplomb root", () => {
  test("rotate: a second bundle key, which signs; the old one is kept; all of it for its owner only", async () => {
    const [old] = await bundleKeyids();
    expect(await root("rotate")).toMatchObject({
      ok: true,
      version: 2,
      epoch: 1,
      files: expect.arrayContaining(["2.root"]),
    });
    const files = await readdir(keys);
    expect(files.sort()).toEqual(
      [
        ".gitignore",
        "1.root",
        "2.root",
        `bundle-${old}.jwk`,
        "bundle.jwk",
        "root-1.jwk",
        "root-2.jwk",
        "root-3.jwk",
      ].concat("root.envelope"),
    );
    for (const file of files) expect((await stat(join(keys, file))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(keys, "root.envelope"))).toEqual(await readFile(join(keys, "2.root")));
    expect(await bundleKeyids()).toEqual([old, expect.not.stringMatching(old ?? "")]);
    expect(json(await publish())).toMatchObject({ audiences: [{ version: 1, rootVersion: 2 }, {}, {}] });
  });

  test("revoke: a new key in its place, and a new epoch", async () => {
    const [stolen] = (await bundleKeyids()) as [string];
    await publish("--bundle-version", "41");
    expect(await root("revoke", stolen)).toMatchObject({ version: 2, epoch: 2 });
    expect(await bundleKeyids()).toEqual([expect.not.stringMatching(stolen)]);
    const refresh = await runHere(["publish", join(dir, ".aplomb/publication"), "--refresh", "--keys", keys]);
    expect(refresh).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/SIGNATURE[\s\S]*Build, sign and publish/),
    });
    expect(json(await publish())).toMatchObject({ audiences: [{ epoch: 2, version: 1 }, {}, {}] });
  });

  test("revoke --keep-epoch: the end of an overlap", async () => {
    const [old] = (await bundleKeyids()) as [string];
    await root("rotate");
    const [, current] = await bundleKeyids();
    expect(await root("revoke", old, "--keep-epoch")).toMatchObject({ version: 3, epoch: 1 });
    expect(await bundleKeyids()).toEqual([current]);
  });

  test.each(["1", "2", "3"])("rotate --replace: root-%s.jwk is lost, the other two make a new one", async (lost) => {
    const shown = (await root("show")) as unknown as { rootRole: { keyids: string[] } };
    await rm(join(keys, `root-${lost}.jwk`));
    const keyid = shown.rootRole.keyids[Number(lost) - 1] ?? "";
    expect(await root("rotate", "--replace", keyid)).toMatchObject({
      version: 2,
      files: ["root-4.jwk", "2.root", "root.envelope"],
    });
    expect(await root("renew")).toMatchObject({
      version: 3,
      rootRole: { threshold: 2, keyids: expect.not.arrayContaining([keyid]) },
    });
  });

  test("root keys that are kept elsewhere", async () => {
    const [first, second] = [join(dir, "a.jwk"), join(dir, "b.jwk")];
    await rename(join(keys, "root-1.jwk"), first);
    await rename(join(keys, "root-2.jwk"), second);
    const alone = await runHere(["root", "rotate", "--keys", keys]);
    expect(alone).toMatchObject({ code: 1, stderr: expect.stringMatching(/1 of the 2 root keys[\s\S]*--root-key/) });
    expect((await readdir(keys)).filter((name) => name.endsWith(".root"))).toEqual(["1.root"]);
    expect(await root("rotate", "--root-key", first, second)).toMatchObject({ version: 2 });
  });

  test("init: root 1 from keys that were made apart", async () => {
    const other = join(dir, "other");
    const { kty, crv, x } = JSON.parse(await readFile(join(keys, "root-3.jwk"), "utf8"));
    await writeFile(join(dir, "public.jwk"), JSON.stringify({ kty, crv, x }));
    const rootKeys = [join(keys, "root-1.jwk"), join(keys, "root-2.jwk"), join(dir, "public.jwk")];
    const init = ["root", "init", "--keys", other, "--trust-domain", "shop.example", "--json"];
    const bundleKey = ["--bundle-key", join(keys, "bundle.jwk")];
    const made = json(await runHere([...init, ...bundleKey, "--root-key", ...rootKeys]));
    expect(made).toMatchObject({
      version: 1,
      epoch: 1,
      rootRole: { threshold: 2, keyids: [{}, {}, {}].map(() => expect.any(String)) },
    });
    const refused = await runHere([...init, ...bundleKey, "--threshold", "3", "--root-key", ...rootKeys]);
    expect(json(refused)).toMatchObject({ ok: false, error: { code: "ROOT_KEYS_MISSING" } });
  });

  test.each([
    { args: ["revoke", "0123456789abcdef"], code: 1, message: /no key 0123456789abcdef[\s\S]*root show/ },
    { args: ["revoke"], code: 2, message: /missing required argument 'keyid'/ },
    { args: ["rotate", "--valid-days", "0"], code: 2, message: /whole number from 1/ },
  ])("$args: $code", async ({ args, code, message }) => {
    const ended = await runHere(["root", ...args, ...(code === 1 ? ["--keys", keys] : [])]);
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(message) });
  });

  test("show warns sixty days before a root expires", async () => {
    await root("renew", "--valid-days", "59");
    const { stdout } = await runHere(["root", "show", "--keys", keys]);
    expect(stdout).toMatch(/expires in 58 days.*aplomb root renew/);
  });

  test("a root that was changed on disk is no root", async () => {
    await root("rotate");
    const bytes = await readFile(join(keys, "2.root"));
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(join(keys, "2.root"), bytes);
    expect(await runHere(["root", "show", "--keys", keys])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/2\.root cannot be used as a root/),
    });
  });
});

describe("aplomb publish", () => {
  test("needs a signed build", async () => {
    await runHere(["build", dir]);
    const ended = await runHere(["publish", join(dir, "public"), "--build", join(dir, ".aplomb/build")]);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/has not been signed\n {2}Sign it with/) });
  });

  test("shows progress where somebody looks, and only there", async () => {
    await publish();
    const args = ["publish", join(dir, ".aplomb/publication"), "--build", join(dir, ".aplomb/build")];
    expect((await runHere(args, { isTTY: true })).stderr).toMatch(/checking web\.staging\r\u001b\[K$/);
    expect((await runHere(args)).stderr).toBe("");
  });
});

describe("aplomb inspect", () => {
  test.each([
    {
      file: ".aplomb/keys/1.root",
      json: { kind: "root", version: 1, signedBy: [{}, {}, {}].map(() => expect.any(String)) },
    },
    {
      file: ".aplomb/publication/v1/web.production/manifest",
      json: { kind: "manifest", manifest: { audience: "web.production", version: 1 }, keyids: [expect.any(String)] },
    },
    {
      file: ".aplomb/build/web.production.bundle",
      json: {
        kind: "bundle",
        flags: [{ key: "checkout", variants: 2 }, { key: "new-header" }],
        gzipBytes: expect.any(Number),
      },
    },
  ])("$file", async ({ file, json: expected }) => {
    await publish();
    expect(json(await runHere(["inspect", join(dir, file), "--json"]))).toMatchObject({ ok: true, ...expected });
    expect(await runHere(["inspect", join(dir, file)])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\n.*\n/),
    });
  });

  test("anything else", async () => {
    const ended = await runHere(["inspect", join(dir, "aplomb.yaml")]);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/is no root, manifest or bundle/) });
  });
});

describe("aplomb verify", () => {
  test("follows the roots from the one that clients pin", async () => {
    await publish();
    await root("rotate");
    await publish();
    const publication = join(dir, ".aplomb/publication");
    const pinned = ["--root", join(keys, "1.root")];
    expect(json(await runHere(["verify", publication, ...pinned, "--json"]))).toMatchObject({
      ok: true,
      root: { version: 2, pinnedVersion: 1, isPinned: true },
    });
    expect((await runHere(["verify", publication, ...pinned])).stdout).toContain("from the pinned root 1");
  });

  test("--after: as a client that has a later version", async () => {
    await publish("--bundle-version", "7");
    const publication = join(dir, ".aplomb/publication");
    const seen = join(dir, "seen");
    await cp(join(publication, "v1/web.staging/manifest"), seen);
    await rm(publication, { recursive: true });
    await publish();
    const ended = await runHere(["verify", publication, "--audience", "web.staging", "--after", seen, "--json"]);
    expect(json(ended)).toMatchObject({
      ok: false,
      audiences: [{ code: "ROLLBACK", remedy: expect.stringContaining("higher version") }],
    });
  });
});
