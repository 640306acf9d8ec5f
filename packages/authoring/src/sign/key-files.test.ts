/** Keys on disk: for their owner only, never overwritten by accident. @module */
import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { openRoot } from "@aplomb/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generateKeys } from "./generate-keys.js";
import { hasKeys, readKeys, readTrustedKey, writeKeys } from "./key-files.js";

const options = { trustDomain: "shop.example", atMs: Date.UTC(2026, 10, 22) };

let dir: string;
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "aplomb-keys-")), "keys");
});
afterEach(() => rm(join(dir, ".."), { recursive: true }));

const modesIn = async (folder: string): Promise<Record<string, string>> => {
  const entries = (await readdir(folder)).map(async (name) => [
    name,
    ((await stat(join(folder, name))).mode & 0o777).toString(8),
  ]);
  return Object.fromEntries(await Promise.all(entries));
};

describe("generateKeys", () => {
  test.each([
    { dev: false, keys: 3, threshold: 2, epoch: 1 },
    { dev: true, keys: 1, threshold: 1, epoch: 1795305600 },
  ])("dev $dev: $threshold of $keys, epoch $epoch", async ({ dev, keys, threshold, epoch }) => {
    const root = openRoot((await generateKeys({ ...options, dev })).rootEnvelope);
    expect(root.root).toMatchObject({ threshold, keys: Array(keys).fill({ alg: "ed25519" }) });
    expect(root).toMatchObject({ trustDomain: "shop.example", version: 1, epoch, bundle: { threshold: 1 } });
    expect(root.expiresAtMs - root.issuedAtMs).toBe(365 * 86_400_000);
  });
});

describe("writeKeys", () => {
  test("keeps each file to its owner, in a directory of its owner, out of Git", async () => {
    await writeKeys(dir, await generateKeys(options));
    const files = ["root-1.jwk", "root-2.jwk", "root-3.jwk", "bundle.jwk", "1.root", "root.envelope", ".gitignore"];
    expect(await modesIn(dir)).toEqual(Object.fromEntries(files.map((name) => [name, "600"])));
    expect(((await stat(dir)).mode & 0o777).toString(8)).toBe("700");
    expect(await readFile(join(dir, ".gitignore"), "utf8")).toBe("*\n");
  });

  test("writes private keys as JWK without alg", async () => {
    await writeKeys(dir, await generateKeys(options));
    const jwk = JSON.parse(await readFile(join(dir, "bundle.jwk"), "utf8"));
    expect(Object.keys(jwk)).toEqual(["kty", "crv", "x", "d"]);
  });

  test("does not overwrite, unless told to", async () => {
    await writeKeys(dir, await generateKeys(options));
    const before = await readFile(join(dir, "bundle.jwk"));
    const others = await generateKeys({ ...options, dev: true });
    await expect(writeKeys(dir, others)).rejects.toMatchObject({ code: "KEYS_EXIST" });
    expect(await readFile(join(dir, "bundle.jwk"))).toEqual(before);
    await writeKeys(dir, others, { force: true });
    expect(Object.keys(await modesIn(dir)).sort()).toEqual([
      ".gitignore",
      "1.root",
      "bundle.jwk",
      "root-1.jwk",
      "root.envelope",
    ]);
  });

  test("adds to a .gitignore that is there, once, and never writes through a link", async () => {
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, ".gitignore"), "node_modules\n");
    await writeKeys(dir, await generateKeys(options));
    await writeKeys(dir, await generateKeys(options), { force: true });
    expect(await readFile(join(dir, ".gitignore"), "utf8")).toBe("node_modules\n\n*.jwk\n");
    const elsewhere = join(dir, "..", "elsewhere");
    await writeFile(elsewhere, "precious");
    await rm(join(dir, ".gitignore"));
    await symlink(elsewhere, join(dir, ".gitignore"));
    await expect(writeKeys(dir, await generateKeys(options), { force: true })).rejects.toThrow(/ELOOP/);
    expect(await readFile(elsewhere, "utf8")).toBe("precious");
    expect((await readdir(dir)).filter((name) => name.endsWith(".jwk"))).toHaveLength(4);
  });

  test("leaves the mode of a directory alone that holds other things", async () => {
    await mkdir(dir, { recursive: true });
    await chmod(dir, 0o755);
    await writeFile(join(dir, "notes.txt"), "");
    await writeKeys(dir, await generateKeys(options));
    expect((await stat(dir)).mode & 0o777).toBe(0o755);
  });
});

describe("readKeys", () => {
  test("needs the root and the bundle key, not the root keys", async () => {
    await writeKeys(dir, await generateKeys(options));
    await Promise.all(["root-1.jwk", "root-2.jwk", "root-3.jwk"].map((name) => rm(join(dir, name))));
    const { rootEnvelope, bundleKey } = await readKeys(dir);
    expect(openRoot(rootEnvelope).bundle.keys.map(({ keyid }) => keyid)).toEqual([bundleKey.keyid]);
  });

  test("an empty directory", async () => {
    expect(await hasKeys(dir)).toBe(false);
    await expect(readKeys(dir)).rejects.toMatchObject({
      code: "KEYS_MISSING",
      remedy: expect.stringContaining("aplomb keygen"),
    });
  });

  test("an error about a key quotes nothing of its file, not even to who looks at its cause", async () => {
    await writeKeys(dir, await generateKeys(options));
    await writeFile(join(dir, "bundle.jwk"), "canary-of-a-key");
    const errors = [readKeys(dir), readTrustedKey(join(dir, "bundle.jwk"))].map((read) => read.catch((error) => error));
    for (const error of await Promise.all(errors)) {
      expect(error).toMatchObject({ code: "KEYS_UNREADABLE" });
      expect(inspect(error, { depth: 9 })).not.toContain("canary");
    }
  });

  const { d, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const other = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  test.each([
    { title: "not JSON", content: "secret" },
    { title: "a public key", content: JSON.stringify({ kty: "OKP", crv: "Ed25519", x }) },
    { title: "halves of two keys", content: JSON.stringify({ kty: "OKP", crv: "Ed25519", x: other.x, d }) },
    { title: "another curve", content: JSON.stringify({ kty: "OKP", crv: "X25519", x, d }) },
  ])("a bundle key that is $title", async ({ content }) => {
    await writeKeys(dir, await generateKeys(options));
    await writeFile(join(dir, "bundle.jwk"), content);
    await expect(readKeys(dir)).rejects.toMatchObject({ code: "KEYS_UNREADABLE" });
  });
});
