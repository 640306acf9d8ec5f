/** Whose word is taken for the version that is published. @module */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { adding, type Ceremony, createCeremony, newKey } from "../../testdata/key-ceremony.js";
import { buildBundle } from "../build/build-bundle.js";
import { publishBundles, signBundles } from "../publish-bundles.js";

const atMs = Date.UTC(2026, 10, 22);
const bundle = buildBundle({
  trustDomain: "shop.example",
  audience: { name: "web.test", kind: "browser", environment: "test", clientKeySha256: "" },
  flags: [{ key: "flag", type: "boolean", rules: [{ name: "all", serve: "on" }] }],
  segments: [],
});

let dir: string;
let ceremony: Ceremony;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-believed-"));
  ceremony = await createCeremony(atMs);
  await publishBundles([bundle], { dir, keys: ceremony.keys, atMs });
});
afterEach(() => rm(dir, { recursive: true }));

const path = (): string => join(dir, "v1", "web.test", "manifest");
const signNext = (keys = ceremony.keys) => signBundles([bundle], { dir, keys, atMs });

/** The highest version but one: whoever counts on from it signs the last that there can be. */
async function manifestOf({ keys }: Ceremony): Promise<Uint8Array> {
  const options = { keys, atMs, version: 2 ** 53 - 2, dir: join(dir, "elsewhere") };
  const [signed] = (await signBundles([bundle], options)).bundles;
  return signed?.published.envelope ?? expect.unreachable();
}

test.each<{ title: string; forge: () => Promise<Uint8Array> }>([
  { title: "of other keys", forge: async () => manifestOf(await createCeremony(atMs)) },
  {
    title: "of the very key, over other bytes",
    forge: async () => {
      const envelope = await readFile(path());
      const version = envelope.indexOf(Buffer.from([0x28, 1, 0x30]));
      return envelope.fill(100, version + 1, version + 2);
    },
  },
])("B-06 a manifest with a signature $title does not make the key sign the version after it", async ({ forge }) => {
  await writeFile(path(), await forge());
  await expect(signNext()).rejects.toMatchObject({ code: "PUBLICATION_UNREADABLE" });
});

test("a manifest that was signed under an earlier root, by a key that is gone, still counts", async () => {
  const key = await newKey();
  const dropKeyids = [ceremony.bundleKey.keyid];
  const { keys } = await ceremony.next({ ...adding(key), dropKeyids }, key);
  expect((await signNext(keys)).bundles).toMatchObject([{ published: { manifest: { version: 1, rootVersion: 2 } } }]);
});
