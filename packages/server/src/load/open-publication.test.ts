/** A publication in a directory: what is found, what is refused, what is announced. @module */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleBytes } from "@aplomb/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { publish, temporaryDirectory } from "../../test/endpoint.js";
import type { PublishedManifest } from "../publication.js";
import { openPublication } from "./open-publication.js";

let directory: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const one = { flags: { one: {} } };
const two = { flags: { one: {}, two: {} } };

describe("openPublication", () => {
  test("a directory that is not there yet is empty, and fills", async () => {
    const publication = await openPublication(join(directory, "later"));
    expect(publication.audiences()).toEqual([]);
    await publish(join(directory, "later"), "web.test", one);
    expect(await publication.reload()).toEqual({ changed: ["web.test"], problems: [] });
    expect(publication.audiences()).toEqual(["web.test"]);
  });

  test("says what a manifest says, and gives the bundle and the root", async () => {
    const sha256 = await publish(directory, "web.test", one, { version: 7n, epoch: 2n });
    const publication = await openPublication(directory);
    expect(publication.manifest("web.test")).toMatchObject({ version: 7, epoch: 2, sha256, audience: "web.test" });
    expect(await publication.bundle("web.test", sha256)).toEqual(Buffer.from(bundleBytes(one)));
    expect((await publication.root(1))?.length).toBeGreaterThan(100);
    expect(await publication.root(2)).toBeUndefined();
  });

  test("announces what changed, once, and keeps older bundles readable", async () => {
    const first = await publish(directory, "web.test", one);
    const publication = await openPublication(directory);
    const announced: PublishedManifest[] = [];
    publication.onChange((manifest) => announced.push(manifest));
    const second = await publish(directory, "web.test", two, { version: 2n });
    expect((await publication.reload()).changed).toEqual(["web.test"]);
    expect((await publication.reload()).changed).toEqual([]);
    expect(announced.map(({ version, sha256 }) => [version, sha256])).toEqual([[2, second]]);
    expect(await publication.bundle("web.test", first)).toEqual(Buffer.from(bundleBytes(one)));
  });

  test("a manifest that was only signed again counts as a change, with a new entity tag", async () => {
    await publish(directory, "web.test", one);
    const publication = await openPublication(directory);
    const before = publication.manifest("web.test")?.etag;
    await publish(directory, "web.test", one, { freshUntilMs: BigInt(Date.now() + 5_000) });
    expect((await publication.reload()).changed).toEqual(["web.test"]);
    expect(publication.manifest("web.test")?.etag).not.toBe(before);
  });

  test.each([
    {
      name: "garbage",
      spoil: (path: string) => writeFile(join(path, "manifest"), "not protobuf"),
      says: "signed envelope",
    },
    {
      name: "a manifest beyond 64 KiB",
      spoil: (path: string) => writeFile(join(path, "manifest"), Buffer.alloc(70_000)),
      says: "at most 65536",
    },
    {
      name: "a manifest for another audience",
      spoil: (path: string) => publish(directory, "web.other", two).then(() => copyManifest("web.other", path)),
      says: 'is for the audience "web.other"',
    },
    {
      name: "a bundle that is missing",
      spoil: (path: string) =>
        publish(directory, "web.test", two, { version: 2n }).then((sha256) => rm(join(path, "b", sha256))),
      says: "which is not there",
    },
    {
      name: "a bundle with other bytes",
      spoil: (path: string) =>
        publish(directory, "web.test", two, { version: 2n }).then((sha256) =>
          writeFile(join(path, "b", sha256), bundleBytes(one)),
        ),
      says: "size and digest",
    },
  ])("$name: says so and keeps what was served", async ({ spoil, says }) => {
    const sha256 = await publish(directory, "web.test", one);
    const publication = await openPublication(directory);
    await spoil(join(directory, "v1", "web.test"));
    const { problems } = await publication.reload();
    expect(problems.find(({ audience }) => audience === "web.test")).toEqual({
      audience: "web.test",
      file: expect.stringMatching(/v1\/web\.test\/(manifest|b\/[0-9a-f]{64})$/),
      message: expect.stringContaining(says),
      remedy: expect.stringMatching(/^(Restore|Publish) .*\.$/),
      servedVersion: 1,
    });
    expect(publication.manifest("web.test")?.sha256).toBe(sha256);
  });

  test.each([
    { audience: "web.test", sha256: "../manifest" },
    { audience: "web.test", sha256: "..%2fmanifest" },
    { audience: "../..", sha256: "a".repeat(64) },
    { audience: "web.test", sha256: "A".repeat(64) },
    { audience: "web.test", sha256: "" },
  ])("bundle($audience, $sha256) finds nothing", async ({ audience, sha256 }) => {
    await publish(directory, "web.test", one);
    await mkdir(join(directory, "v1", "web.test", "b", "sub"), { recursive: true });
    const publication = await openPublication(directory);
    expect(await publication.bundle(audience, sha256)).toBeUndefined();
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53])("root(%s) finds nothing", async (version) => {
    const publication = await openPublication(directory);
    expect(await publication.root(version)).toBeUndefined();
  });

  async function copyManifest(from: string, to: string): Promise<void> {
    const { copyFile } = await import("node:fs/promises");
    await copyFile(join(directory, "v1", from, "manifest"), join(to, "manifest"));
  }
});
