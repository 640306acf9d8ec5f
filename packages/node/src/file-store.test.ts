/** The file store on a real disk: two generations, whole files, nobody else's. @module */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredBundle } from "@aplomb/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileStore } from "./file-store.js";

const stored = (version: number, text = `bundle ${version}`): StoredBundle => ({
  envelope: Uint8Array.of(1, 2, version),
  bundle: new TextEncoder().encode(text),
  validator: `"${version}"`,
  floor: { epoch: 1, version, sha256: "ab".repeat(32) },
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "aplomb-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const filesOf = async (end: string) =>
  (await readdir(directory)).filter((name) => name.endsWith(end)).map((name) => join(directory, name));

describe("fileStore", () => {
  test("an empty or missing directory holds nothing", async () => {
    expect(await fileStore(directory).load("a")).toEqual({ bundles: [], envelopes: [], roots: [] });
    expect(await fileStore(join(directory, "none")).load("a")).toEqual({ bundles: [], envelopes: [], roots: [] });
  });

  test("keeps the last two generations, newest first, and the floor on its own", async () => {
    const store = fileStore(directory);
    for (const version of [1, 2, 3]) await store.save("a", stored(version));
    const { bundles, envelopes } = await store.load("a");
    expect(bundles).toEqual([stored(3), stored(2)]);
    expect(envelopes).toEqual([stored(3).envelope]);
  });

  test("an older version never replaces a newer one", async () => {
    const store = fileStore(directory);
    await store.save("a", stored(5));
    await store.save("a", stored(4));
    expect((await store.load("a")).bundles).toEqual([stored(5)]);
  });

  test("what was there at the load and did not verify makes way, however high it says it is; what came later stays", async () => {
    const before = fileStore(directory);
    await before.save("a", stored(50));
    await before.saveRoots("a", [{ version: 9, envelope: Uint8Array.of(9) }]);
    // New keys, new roots, versions from 1: the client that loads this believes none of it.
    const store = fileStore(directory);
    await store.load("a");
    await store.save("a", stored(1));
    await store.saveRoots("a", [{ version: 2, envelope: Uint8Array.of(2) }]);
    const { envelopes, roots } = await fileStore(directory).load("a");
    expect([envelopes, roots.map(({ version }) => version)]).toEqual([[stored(1).envelope], [2]]);
    const ahead = fileStore(directory);
    await ahead.load("a");
    await ahead.save("a", stored(3));
    await store.save("a", stored(2));
    expect((await ahead.load("a")).envelopes).toEqual([stored(3).envelope]);
    await ahead.save("a", stored(2));
    expect((await ahead.load("a")).envelopes).toEqual([stored(3).envelope]);
  });

  test("keeps the roots that followed, and never fewer than another process has kept", async () => {
    const roots = [7, 8, 9].map((version) => ({ version, envelope: Uint8Array.of(version, 255) }));
    const store = fileStore(directory);
    await store.saveRoots("a", roots);
    await store.saveRoots("a", roots.slice(0, 2));
    expect((await fileStore(directory).load("a")).roots).toEqual(roots);
    expect((await store.load("b")).roots).toEqual([]);
  });

  test("A-06 roots damaged anywhere are as good as missing, and healed by the next save", async () => {
    const roots = [{ version: 2, envelope: Uint8Array.of(1, 2, 3) }];
    const store = fileStore(directory);
    await store.saveRoots("a", roots);
    const [file = ""] = await filesOf(".roots");
    const whole = await readFile(file);
    for (let at = 0; at < whole.length; at++) {
      await writeFile(file, whole.subarray(0, at));
      expect((await store.load("a")).roots).toEqual([]);
    }
    await writeFile(file, '{"roots":[{"version":"x"}]}');
    expect((await store.load("a")).roots).toEqual([]);
    await store.saveRoots("a", roots);
    expect((await store.load("a")).roots).toEqual(roots);
  });

  test("names do not see each other", async () => {
    const store = fileStore(directory);
    await store.save("domain/a", stored(1));
    await store.save("domain/b", stored(2));
    expect((await store.load("domain/a")).bundles).toEqual([stored(1)]);
  });

  test("D12 files are whole, private, and leave nothing temporary", async () => {
    const store = fileStore(join(directory, "deep", "down"));
    await store.save("a", stored(1));
    const kept = join(directory, "deep", "down");
    const names = await readdir(kept);
    expect(names.map((name) => name.split(".").slice(1).join(".")).sort()).toEqual(["1.1.bundle", "1.1.floor"]);
    for (const name of names) expect((await stat(join(kept, name))).mode & 0o777).toBe(0o600);
    expect((await stat(kept)).mode & 0o777).toBe(0o700);
  });

  test("A-06 I-09 a file damaged anywhere is as good as missing, and healed by the next save", async () => {
    const store = fileStore(directory);
    await store.save("a", stored(1, "x".repeat(300)));
    await store.save("a", stored(2));
    const [newest = ""] = await filesOf(".2.bundle");
    const whole = await readFile(newest);
    // The last 32 bytes are a digest: zeros from the last one on may be what was written.
    for (let at = 0; at < whole.length - 8; at++) {
      await writeFile(newest, whole.subarray(0, at));
      expect((await store.load("a")).bundles).toEqual([stored(1, "x".repeat(300))]);
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (at % 8)), at);
      await writeFile(newest, flipped);
      expect((await store.load("a")).bundles).toEqual([stored(1, "x".repeat(300))]);
      await writeFile(newest, Buffer.from(whole).fill(0, at));
      expect((await store.load("a")).bundles).toEqual([stored(1, "x".repeat(300))]);
    }
    await store.save("a", stored(3));
    expect((await store.load("a")).bundles).toEqual([stored(3), stored(1, "x".repeat(300))]);
  });

  test("A-07 a symbolic link is ignored, and never written through", async () => {
    const store = fileStore(directory);
    await store.save("a", stored(1));
    const [file = ""] = await filesOf(".1.bundle");
    const elsewhere = join(directory, "elsewhere");
    await writeFile(elsewhere, await readFile(file));
    await rm(file);
    await symlink(elsewhere, file);
    expect((await store.load("a")).bundles).toEqual([]);
    await store.save("a", stored(2));
    expect((await readFile(elsewhere)).includes("bundle 1")).toBe(true);
    expect((await store.load("a")).bundles).toEqual([stored(2)]);
  });

  test.skipIf(process.platform === "win32")(
    "A-07 a named pipe counts as missing, and nothing waits for its other end (Windows has none in directories)",
    async () => {
      const store = fileStore(directory);
      await store.save("a", stored(1));
      for (const file of await filesOf(".bundle")) {
        await rm(file);
        execFileSync("mkfifo", [file]);
      }
      expect((await store.load("a")).bundles).toEqual([]);
      await store.save("a", stored(2));
      expect((await store.load("a")).bundles).toEqual([stored(2)]);
    },
  );

  test("A-07 EISDIR: directories in the place of files count as missing, and cannot be replaced", async () => {
    const store = fileStore(directory);
    await store.save("a", stored(1));
    for (const file of await filesOf("")) await rm(file).then(() => mkdir(file));
    await expect(store.save("a", stored(1))).rejects.toThrow();
    expect(await store.load("a")).toEqual({ bundles: [], envelopes: [], roots: [] });
    expect(await filesOf(".tmp")).toEqual([]);
  });

  test("A-07 ENOTDIR: save rejects, load is empty", async () => {
    const store = fileStore("/dev/null/aplomb");
    await expect(store.save("a", stored(1))).rejects.toThrow(/ENOTDIR/);
    expect(await store.load("a")).toEqual({ bundles: [], envelopes: [], roots: [] });
  });
});
