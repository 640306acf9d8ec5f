/** Publishing and verifying: what clients find, and what never gets there. @module */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildBundle } from "../testdata/build-bundle.js";
import { buildProject } from "./build-project.js";
import type { BuiltBundle } from "./built-bundle.js";
import { signingKeyOf } from "./ed25519.js";
import { publishBundles } from "./publish-bundles.js";
import { generateKeys } from "./sign/generate-keys.js";
import type { PublishingKeys } from "./signing-key.js";
import { directorySource } from "./verify/artefact-source.js";
import { verifyPublication } from "./verify/verify-publication.js";

const atMs = Date.UTC(2026, 10, 22);
const shop = fileURLToPath(new URL("../testdata/shop", import.meta.url));

const newKeys = async (): Promise<PublishingKeys> => {
  const { rootEnvelope, bundleKey } = await generateKeys({ trustDomain: "shop.example", atMs });
  return { rootEnvelope, bundleKey: await signingKeyOf(bundleKey) };
};

let keys: PublishingKeys;
let bundles: readonly BuiltBundle[];
beforeAll(async () => {
  keys = await newKeys();
  ({ bundles } = await buildProject(shop));
});

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-publish-"));
});
afterEach(() => rm(dir, { recursive: true }));

const publish = (some: readonly BuiltBundle[] = bundles) => publishBundles(some, { dir, keys, atMs });
const filesIn = async () =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();

/** A bundle whose one segment is more than a page takes in one entry. */
const oversized = (kind: "browser" | "service") => {
  const values = Array.from({ length: 15_000 }, (_, index) => `unit-number-${index}`);
  const when = { attribute: "x", in: values };
  return buildBundle({
    trustDomain: "shop.example",
    audience: { name: "web.production", kind, environment: "production", clientKeySha256: "" },
    flags: [{ key: "a", type: "boolean", rules: [{ name: "r", when, serve: "on" }] }],
    segments: [],
  });
};

describe("publishBundles", () => {
  test("lays the files out as the endpoint's URLs", async () => {
    await publish();
    const expected = bundles.flatMap(({ audience, sha256 }) => [
      `v1/${audience}/b/${sha256}`,
      `v1/${audience}/manifest`,
    ]);
    expect(await filesIn()).toEqual(["v1/root/1", ...expected].sort());
  });

  test("a second time changes no file", async () => {
    await publish();
    const before = await Promise.all((await filesIn()).map((file) => readFile(join(dir, file))));
    expect((await publish()).map(({ change }) => change)).toEqual(["unchanged", "unchanged", "unchanged"]);
    expect(await Promise.all((await filesIn()).map((file) => readFile(join(dir, file))))).toEqual(before);
  });

  test("keeps the bundles of earlier versions, which clients may be fetching", async () => {
    const [first, ...rest] = bundles as [BuiltBundle, ...BuiltBundle[]];
    await publish();
    const next = { ...first, ...oversized("service"), audience: first.audience };
    await publish([next, ...rest]);
    expect(await filesIn()).toEqual(
      expect.arrayContaining([first, next].map(({ audience, sha256 }) => `v1/${audience}/b/${sha256}`)),
    );
  });

  test.each([
    { title: "a segment beyond a page's limits", bad: () => oversized("browser"), message: /a\/r/ },
    {
      title: "bytes that are no bundle",
      bad: () => ({ ...oversized("service"), bytes: Uint8Array.of(255) }),
      message: /web\.production/,
    },
  ])("refuses $title, and leaves everything as it was", async ({ bad, message }) => {
    await publish();
    const before = await filesIn();
    const error = await publish([...bundles, bad()]).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "BUNDLE_REFUSED", message: expect.stringMatching(message) });
    expect(await filesIn()).toEqual(before);
  });

  test("a service takes what a page does not", async () => {
    expect(await publish([oversized("service")])).toMatchObject([{ change: "new" }]);
  });

  test("refuses another root of a version that is published", async () => {
    const [first, ...rest] = bundles as [BuiltBundle, ...BuiltBundle[]];
    await publish([first]);
    const others = { dir, keys: await newKeys(), atMs };
    await expect(publishBundles(rest, others)).rejects.toMatchObject({ code: "ROOT_CONFLICT" });
    await expect(publishBundles([first], others)).rejects.toMatchObject({ code: "PUBLICATION_UNREADABLE" });
  });

  test("refuses to guess the version after a manifest that cannot be read", async () => {
    await publish();
    await writeFile(join(dir, "v1/web.staging/manifest"), "torn");
    await expect(publish()).rejects.toMatchObject({ code: "PUBLICATION_UNREADABLE" });
  });
});

describe("verifyPublication", () => {
  const verdictOf = async (options: { rootEnvelope?: Uint8Array; atMs?: number } = {}) =>
    verifyPublication(directorySource(dir), { atMs, audiences: ["web.staging"], ...options });

  test("finds what was published in order, for every audience", async () => {
    await publish();
    const { audiences, isOwnRoot } = await verifyPublication(directorySource(dir), { atMs });
    expect(isOwnRoot).toBe(true);
    expect(audiences.map(({ audience, ok, flagCount, isStale }) => ({ audience, ok, flagCount, isStale }))).toEqual([
      { audience: "service.production", ok: true, flagCount: 4, isStale: false },
      { audience: "web.production", ok: true, flagCount: 2, isStale: false },
      { audience: "web.staging", ok: true, flagCount: 2, isStale: false },
    ]);
  });

  test("says when clients would call themselves stale", async () => {
    await publish();
    expect((await verdictOf({ atMs: atMs + 86_400_001 })).audiences).toMatchObject([{ ok: true, isStale: true }]);
  });

  test("under the root that clients pin", async () => {
    await publish();
    expect(await verdictOf({ rootEnvelope: keys.rootEnvelope })).toMatchObject({
      isOwnRoot: false,
      audiences: [{ ok: true }],
    });
    const foreign = await verdictOf({ rootEnvelope: (await newKeys()).rootEnvelope });
    expect(foreign.audiences).toMatchObject([
      { ok: false, error: expect.stringContaining("0 of 1 needed keys have signed") },
    ]);
  });

  const flipped = async (path: string, at: number) => {
    const bytes = await readFile(join(dir, path));
    bytes[at < 0 ? bytes.length + at : at]! ^= 1;
    await writeFile(join(dir, path), bytes);
  };
  test.each([
    {
      title: "a changed manifest",
      spoil: () => flipped("v1/web.staging/manifest", 20),
      error: /have signed/,
      code: "SIGNATURE",
    },
    {
      title: "a changed bundle",
      spoil: () => flipped(`v1/web.staging/b/${bundles[2]!.sha256}`, -1),
      error: /digest/,
      code: "HASH",
    },
    {
      title: "a longer bundle",
      spoil: () => writeFile(join(dir, `v1/web.staging/b/${bundles[2]!.sha256}`), "x".repeat(9_999)),
      error: /9999 bytes/,
      code: "HASH",
    },
    {
      title: "a missing bundle",
      spoil: () => rm(join(dir, `v1/web.staging/b/${bundles[2]!.sha256}`)),
      error: /not at v1\/web\.staging\/b/,
      code: "UNREACHABLE",
    },
    {
      title: "a missing manifest",
      spoil: () => rm(join(dir, "v1/web.staging/manifest")),
      error: /no manifest/,
      code: "REFUSED",
    },
    {
      title: "another audience's manifest",
      spoil: async () =>
        writeFile(join(dir, "v1/web.staging/manifest"), await readFile(join(dir, "v1/web.production/manifest"))),
      error: /its audience is "web\.production"/,
      code: "AUDIENCE",
    },
  ])("refuses $title: $code", async ({ spoil, error, code }) => {
    await publish();
    await spoil();
    expect((await verdictOf()).audiences).toMatchObject([
      { ok: false, code, error: expect.stringMatching(error), remedy: expect.stringMatching(/[\w`]\.$/) },
    ]);
  });

  test("an empty directory has no root", async () => {
    expect(await verdictOf()).toMatchObject({
      code: "ROOT",
      error: "ROOT: there is no root at v1/root/1",
      remedy: expect.stringContaining("aplomb keygen"),
      audiences: [],
    });
  });
});
