/** What only the endpoint reads: where it lies, who can tell what is in it, and which version it belongs to. @module */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Ceremony, createCeremony } from "../../testdata/key-ceremony.js";
import { sourcesOf } from "../../testdata/sources-of.js";
import { writeBuild } from "../build/build-files.js";
import { buildSources } from "../build-sources.js";
import type { BuiltBundle } from "../built-bundle.js";
import { publishBundles, signBundles } from "../publish-bundles.js";
import { publishSigned } from "../publish-signed.js";
import { refreshPublication } from "../refresh-publication.js";
import { haltRollout } from "../rollout/halt-rollout.js";
import { promoteVersion } from "../rollout/promote-version.js";
import { readSigned, writeSigned } from "../sign/signed-files.js";
import { readRings } from "./read-published.js";

const atMs = Date.UTC(2026, 10, 22);
let ceremony: Ceremony;
beforeAll(async () => {
  ceremony = await createCeremony(atMs);
});
let dir: string;
let publication: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-remote-"));
  publication = join(dir, "public");
});
afterEach(() => rm(dir, { recursive: true }));

/** A page's bundle with one flag that is left to the endpoint, for one plan. */
function bundleFor(plan: string): BuiltBundle {
  const flag = `key: f\ntype: boolean\nclientVisible: remote\nrules: [{ name: r, when: { attribute: plan, equals: ${plan} }, serve: on }]\n`;
  return buildSources(sourcesOf({ "flags/f.yaml": flag })).bundles[0] as BuiltBundle;
}

const publish = async (bundle: BuiltBundle) => {
  const [published] = await publishBundles([bundle], { dir: publication, keys: ceremony.keys, atMs });
  return published;
};
const kept = () => readdir(join(`${publication}.remote`, "web.production"));
const everythingIn = async (folder: string) => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Buffer.concat(await Promise.all(files.map((file) => readFile(file))));
};

test("lies beside the publication, for its owner alone; nothing of it is in what may go to a CDN", async () => {
  const bundle = bundleFor("secret-plan");
  const published = await publish(bundle);
  const sha256 = published?.remoteBundle?.sha256 ?? "";
  const path = join(`${publication}.remote`, "web.production", sha256);
  expect(await kept()).toEqual([sha256]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await everythingIn(publication)).includes("secret-plan")).toBe(false);
  const file = await readFile(path);
  expect(file.subarray(32)).toEqual(Buffer.from(bundle.remoteBundle?.bytes ?? []));
});

test("its digest confirms no guess, and is the same for the same key and bundle", async () => {
  const bundle = bundleFor("pro");
  const guessed = createHash("sha256")
    .update(bundle.remoteBundle?.bytes ?? "")
    .digest();
  const first = await publish(bundle);
  expect(Buffer.from(first?.envelope ?? []).includes(guessed)).toBe(false);
  expect(await publish(bundle)).toMatchObject({ change: "unchanged", manifest: { version: 1 } });
  const other = await createCeremony(atMs);
  const [elsewhere] = await publishBundles([bundle], { dir: join(dir, "other"), keys: other.keys, atMs });
  expect(elsewhere?.remoteBundle?.sha256).not.toBe(first?.remoteBundle?.sha256);
});

test("another rule of a flag that pages only know by name is another version", async () => {
  const [before, after] = [bundleFor("pro"), bundleFor("free")];
  expect(after.sha256).toBe(before.sha256);
  expect(await publish(before)).toMatchObject({ change: "new", manifest: { version: 1 } });
  expect(await publish(after)).toMatchObject({ change: "new", manifest: { version: 2 } });
  expect(await kept()).toHaveLength(2);
});

test("goes through signing and publishing on two machines, and is still named when freshness is signed again", async () => {
  const build = join(dir, "build");
  await writeBuild(build, "shop.example", [bundleFor("pro")]);
  const signing = { keys: ceremony.keys, atMs, dir: publication };
  await writeSigned(build, await signBundles([bundleFor("pro")], signing));
  const [published] = await publishSigned(await readSigned(build), publication);
  expect(await kept()).toEqual([published?.remoteBundle?.sha256]);
  const later = { dir: publication, keys: ceremony.keys, atMs: atMs + 20 * 3_600_000 };
  expect(await refreshPublication(later)).toMatchObject([
    { change: "refreshed", manifest: { version: 1 }, remoteBundle: published?.remoteBundle },
  ]);
});

test("goes through the rings with its version, and comes back when that is halted", async () => {
  const signing = { dir: publication, keys: ceremony.keys, atMs };
  const rollout = { ...signing, audience: "web.production", reason: "a test" };
  const remoteIn = async (ring: number) =>
    (await readRings(publication, "web.production")).get(ring)?.remoteBundle?.sha256;
  await publishBundles([bundleFor("pro")], { ...signing, rings: true });
  const before = await remoteIn(0);
  await publish(bundleFor("free"));
  const after = await remoteIn(1);
  expect([after === before, await remoteIn(2), await remoteIn(0)]).toEqual([false, before, before]);
  expect(await promoteVersion(rollout, 2)).toMatchObject({ remoteBundle: { sha256: after }, manifest: { ring: 2 } });
  expect((await haltRollout(rollout)).map(({ manifest }) => [manifest.ring, manifest.version])).toEqual([
    [1, 3],
    [2, 3],
  ]);
  expect([await remoteIn(1), await remoteIn(2), await remoteIn(0)]).toEqual([before, before, before]);
});

test.each([
  ["remote", "web.production.remote has changed since it was built"],
  ["blinded", "what the endpoint evaluates has changed since it was signed"],
])("a build whose .%s was changed is refused", async (extension, why) => {
  const build = join(dir, "build");
  const bundle = bundleFor("pro");
  await writeBuild(build, "shop.example", [bundle]);
  await writeSigned(build, await signBundles([bundle], { keys: ceremony.keys, atMs, dir: publication }));
  await writeFile(join(build, `web.production.${extension}`), "changed");
  await expect(readSigned(build)).rejects.toMatchObject({
    code: "BUILD_UNREADABLE",
    message: expect.stringContaining(why),
  });
});
