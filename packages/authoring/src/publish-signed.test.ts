/** Signed in one place, published in another; signed again in time; and after a key has changed hands. @module */
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildBundle } from "../testdata/build-bundle.js";
import { adding, type Ceremony, createCeremony, newKey } from "../testdata/key-ceremony.js";
import { writeBuild } from "./build/build-files.js";
import type { BuiltBundle } from "./built-bundle.js";
import type { AudienceKind } from "./project.js";
import { publishBundles, signBundles } from "./publish-bundles.js";
import { publishSigned } from "./publish-signed.js";
import { refreshPublication } from "./refresh-publication.js";
import type { SignOptions } from "./sign/sign-bundle.js";
import { readSigned, writeSigned } from "./sign/signed-files.js";
import type { PublishingKeys } from "./signing-key.js";
import { directorySource } from "./verify/artefact-source.js";
import { verifyPublication } from "./verify/verify-publication.js";

const HOUR = 3_600_000;
const atMs = Date.UTC(2026, 10, 22);

/** A bundle with this many flags, each with a list of so many values. */
const bundleOf = (flags: number, values = 0, kind: AudienceKind = "browser"): BuiltBundle =>
  buildBundle({
    trustDomain: "shop.example",
    audience: { name: "web.test", kind, environment: "test", clientKeySha256: "" },
    flags: Array.from({ length: flags }, (_, index) => ({
      key: `flag-${String(index).padStart(5, "0")}`,
      type: "boolean",
      rules: [
        values === 0
          ? { name: "all", serve: "on" }
          : {
              name: "some",
              when: { attribute: "x", in: Array.from({ length: values }, (_, at) => `value-${at}`) },
              serve: "on",
            },
      ],
    })),
    segments: [],
  });

let ceremony: Ceremony;
beforeAll(async () => {
  ceremony = await createCeremony(atMs);
});
let dir: string;
let build: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-signed-"));
  build = join(dir, "build");
});
afterEach(() => rm(dir, { recursive: true }));

/** Builds and signs into `build`, as the next version of `public` or of another publication. */
async function sign(bundle: BuiltBundle, options: Partial<SignOptions> = {}, after = "public"): Promise<void> {
  await writeBuild(build, "shop.example", [bundle]);
  const signing = { keys: ceremony.keys, atMs, ...options };
  await writeSigned(build, await signBundles([bundle], { ...signing, dir: join(dir, after) }));
}
const publish = async () => publishSigned(await readSigned(build), join(dir, "public"));
const verdict = async (atMs_ = atMs, rootEnvelope = ceremony.roots[0]) =>
  (await verifyPublication(directorySource(join(dir, "public")), { rootEnvelope, atMs: atMs_ })).audiences[0];
/** Every file of the publication, with its digest. */
const state = async () => {
  const files = (await readdir(join(dir, "public"), { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const entries = files.map(async ({ parentPath, name }) => [
    join(parentPath, name),
    createHash("sha256")
      .update(await readFile(join(parentPath, name)))
      .digest("hex"),
  ]);
  return Object.fromEntries(await Promise.all(entries));
};

describe("publishSigned", () => {
  test("needs no key, and versions rise", async () => {
    await sign(bundleOf(1));
    expect(await publish()).toMatchObject([{ change: "new", manifest: { version: 1 } }]);
    expect(await publish()).toMatchObject([{ change: "unchanged" }]);
    await sign(bundleOf(2));
    expect(await publish()).toMatchObject([{ change: "new", manifest: { version: 2 } }]);
    expect(await verdict()).toMatchObject({ ok: true, flagCount: 2 });
  });

  test.each([
    {
      title: "an older signing",
      code: "VERSION",
      act: async () => {
        await sign(bundleOf(1));
        await cp(build, join(dir, "old"), { recursive: true });
        await publish();
        await sign(bundleOf(2));
        await publish();
        build = join(dir, "old");
      },
    },
    {
      title: "a second bundle under one version",
      code: "VERSION",
      act: async () => {
        await sign(bundleOf(2));
        await cp(build, join(dir, "other"), { recursive: true });
        await sign(bundleOf(1));
        await publish();
        build = join(dir, "other");
      },
    },
    {
      title: "a bundle that was built again and not signed",
      code: "BUILD_UNREADABLE",
      act: async () => {
        await sign(bundleOf(1));
        await publish();
        await writeBuild(build, "shop.example", [bundleOf(2)]);
      },
    },
    {
      title: "a manifest of a key that the root does not list",
      code: "BUILD_UNREADABLE",
      act: async () => {
        await sign(bundleOf(1));
        await publish();
        await sign(bundleOf(2), { keys: (await createCeremony(atMs)).keys, version: 2 }, "elsewhere");
        await writeFile(join(build, "1.root"), ceremony.keys.rootEnvelope);
      },
    },
    {
      title: "keys of another ceremony",
      code: "ROOT_CONFLICT",
      act: async () => {
        await sign(bundleOf(1));
        await publish();
        await sign(bundleOf(2), { keys: (await createCeremony(atMs)).keys, version: 2 }, "elsewhere");
      },
    },
  ])("refuses $title, and leaves everything as it was", async ({ act, code }) => {
    await act();
    const before = await state();
    await expect(publish()).rejects.toMatchObject({ code, remedy: expect.stringMatching(/[\w`]\.$/) });
    expect(await state()).toEqual(before);
  });

  test("what cannot be written leaves the last version served", async () => {
    await sign(bundleOf(1));
    await publish();
    await sign(bundleOf(2));
    const bundles = join(dir, "public/v1/web.test/b");
    await rm(bundles, { recursive: true });
    await writeFile(bundles, "not a directory");
    await expect(publish()).rejects.toThrow();
    await rm(bundles);
    await mkdir(bundles);
    await writeFile(join(bundles, bundleOf(1).sha256), bundleOf(1).bytes);
    expect(await verdict()).toMatchObject({ ok: true, manifest: { version: 1 } });
    expect(Object.keys(await state()).filter((path) => path.endsWith(".tmp"))).toEqual([]);
  });
});

describe("S-07 shrinking", () => {
  test.each([
    { before: 25, after: 12, allowShrink: false, refused: true },
    { before: 25, after: 12, allowShrink: true, refused: false },
    { before: 25, after: 13, allowShrink: false, refused: false },
    { before: 12, after: 2, allowShrink: false, refused: false },
    { before: 3, after: 0, allowShrink: false, refused: true },
    { before: 3, after: 30, allowShrink: false, refused: false },
  ])(
    "$before to $after flags, allowed: $allowShrink, refused: $refused",
    async ({ before, after, allowShrink, refused }) => {
      await sign(bundleOf(before));
      await publish();
      const signing = sign(bundleOf(after), { allowShrink });
      if (refused) await expect(signing).rejects.toMatchObject({ code: "SHRINK" });
      else expect(await signing.then(publish)).toMatchObject([{ change: "new", manifest: { version: 2 } }]);
    },
  );
});

describe("S-07 four fifths of the limits", () => {
  test.each([
    { title: "1,600 flags for pages", bundle: () => bundleOf(1_600), refused: false },
    { title: "1,601 flags for pages", bundle: () => bundleOf(1_601), refused: true },
    { title: "1,601 flags for services", bundle: () => bundleOf(1_601, 0, "service"), refused: false },
    { title: "a list of 15,000 for pages", bundle: () => bundleOf(1, 15_000), refused: true },
    { title: "a list of 15,000 for services", bundle: () => bundleOf(1, 15_000, "service"), refused: false },
  ])("$title, refused: $refused", async ({ bundle, refused }) => {
    const signing = sign(bundle());
    if (!refused) return expect(await signing.then(publish)).toMatchObject([{ change: "new" }]);
    await expect(signing).rejects.toMatchObject({
      code: "BUNDLE_REFUSED",
      message: expect.stringMatching(/over 80 %/),
    });
  });
});

describe("refreshPublication", () => {
  const refresh = (hours: number, keys: PublishingKeys = ceremony.keys) =>
    refreshPublication({ dir: join(dir, "public"), keys, atMs: atMs + hours * HOUR });

  test("signs again at half-life; bundle and version stay", async () => {
    await publishBundles([bundleOf(3)], { dir: join(dir, "public"), keys: ceremony.keys, atMs });
    expect(await refresh(11)).toMatchObject([{ change: "unchanged" }]);
    expect(await refresh(12)).toMatchObject([
      { change: "refreshed", manifest: { version: 1, sha256: bundleOf(3).sha256 } },
    ]);
    expect(await verdict(atMs + 35 * HOUR)).toMatchObject({ ok: true, isStale: false });
  });

  test("carries a publication over to a rotated key at once", async () => {
    await publishBundles([bundleOf(3)], { dir: join(dir, "public"), keys: ceremony.keys, atMs });
    const key = await newKey();
    const { keys } = await ceremony.next(adding(key), key);
    expect(await refresh(1, keys)).toMatchObject([{ change: "refreshed", manifest: { version: 1, rootVersion: 2 } }]);
    expect(await verdict()).toMatchObject({ ok: true });
  });

  test("B-15 does not sign what a revoked key has signed", async () => {
    await publishBundles([bundleOf(3)], { dir: join(dir, "public"), keys: ceremony.keys, atMs });
    const key = await newKey();
    const change = { ...adding(key), dropKeyids: [ceremony.bundleKey.keyid], raiseEpoch: true };
    const { keys } = await ceremony.next(change, key);
    await expect(refresh(1, keys)).rejects.toMatchObject({
      code: "PUBLICATION_UNREADABLE",
      message: expect.stringMatching(/SIGNATURE/),
    });
  });

  test("does not sign a manifest whose bundle is gone, nor an empty directory", async () => {
    await expect(refresh(1)).rejects.toMatchObject({
      code: "PUBLICATION_UNREADABLE",
      message: expect.stringMatching(/nothing published/),
    });
    await publishBundles([bundleOf(3)], { dir: join(dir, "public"), keys: ceremony.keys, atMs });
    await rm(join(dir, "public/v1/web.test/b"), { recursive: true });
    await expect(refresh(13)).rejects.toMatchObject({ message: expect.stringMatching(/its bundle is not there/) });
  });
});

describe("after a key was revoked", () => {
  test("B-06 the new epoch counts from 1, however high the thief had counted", async () => {
    const stolen = { dir: join(dir, "public"), keys: ceremony.keys, atMs };
    const [first] = await publishBundles([bundleOf(3)], { ...stolen, version: Number.MAX_SAFE_INTEGER });
    const key = await newKey();
    const change = { ...adding(key), dropKeyids: [ceremony.bundleKey.keyid], raiseEpoch: true };
    const { keys } = await ceremony.next(change, key);
    expect(await publishBundles([bundleOf(3)], { ...stolen, keys })).toMatchObject([
      { manifest: { epoch: 2, version: 1 } },
    ]);
    const floor = first?.manifest;
    const source = directorySource(join(dir, "public"));
    const verified = await verifyPublication(source, { rootEnvelope: ceremony.roots[0], floor, atMs });
    expect(verified).toMatchObject({ pinnedVersion: 1, root: { version: 2, epoch: 2 }, audiences: [{ ok: true }] });
  });

  test("B-15 old manifests are refused, whichever root a client began with", async () => {
    await publishBundles([bundleOf(3)], { dir: join(dir, "public"), keys: ceremony.keys, atMs });
    const recorded = await readFile(join(dir, "public/v1/web.test/manifest"));
    const key = await newKey();
    const change = { ...adding(key), dropKeyids: [ceremony.bundleKey.keyid], raiseEpoch: true };
    const { keys, roots } = await ceremony.next(change, key);
    await publishBundles([bundleOf(3)], { dir: join(dir, "public"), keys, atMs });
    await writeFile(join(dir, "public/v1/web.test/manifest"), recorded);
    for (const root of roots) expect(await verdict(atMs, root)).toMatchObject({ ok: false, code: "SIGNATURE" });
  });
});

describe("clocks", () => {
  test("a publisher in 2031 is stopped by the root's expiry", async () => {
    const signing = sign(bundleOf(1), { atMs: Date.UTC(2031, 0, 1) });
    await expect(signing).rejects.toMatchObject({
      code: "ROOT_EXPIRED",
      message: expect.stringMatching(/2031-01-01/),
      remedy: expect.stringMatching(/root renew/),
    });
  });

  test("a manifest that a wrong clock signed months ahead gives way to a new version", async () => {
    await sign(bundleOf(1), { atMs: atMs + 2_000 * HOUR });
    await publish();
    await sign(bundleOf(1));
    expect(await publish()).toMatchObject([{ change: "new", manifest: { version: 2, issuedAtMs: atMs } }]);
  });

  test("a client in 2031 takes the flags, and calls itself stale", async () => {
    await sign(bundleOf(1));
    await publish();
    expect(await verdict(Date.UTC(2031, 0, 1))).toMatchObject({ ok: true, isStale: true });
  });
});
