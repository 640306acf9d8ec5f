/** Rollouts through rings: publish, promote, halt, skip; and that no client ever goes back, whatever the order. @module */
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkRing, EVERYBODY, type Floor, openRoot, ringOf, verifyManifest } from "@aplomb/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildBundle } from "../../testdata/build-bundle.js";
import { type Ceremony, createCeremony } from "../../testdata/key-ceremony.js";
import { writeBuild } from "../build/build-files.js";
import type { BuiltBundle } from "../built-bundle.js";
import { verifySignature } from "../ed25519.js";
import { readRings } from "../publish/read-published.js";
import { publishBundles, signBundles } from "../publish-bundles.js";
import { publishSigned } from "../publish-signed.js";
import { refreshPublication } from "../refresh-publication.js";
import { readSigned, writeSigned } from "../sign/signed-files.js";
import { haltRollout } from "./halt-rollout.js";
import { promoteVersion } from "./promote-version.js";
import { ROLLOUT_LOG } from "./rollout-log.js";
import { nextStep, servedIn } from "./rollout-steps.js";

const AUDIENCE = "web.test";
const atMs = Date.UTC(2026, 10, 22);
const ceremony: Ceremony = await createCeremony(atMs);
const { keys } = ceremony;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-rollout-"));
});
afterEach(() => rm(dir, { recursive: true }));

/** A bundle with a flag of each name. */
const bundleOf = (...flags: readonly string[]): BuiltBundle =>
  buildBundle({
    trustDomain: "shop.example",
    audience: { name: AUDIENCE, kind: "browser", environment: "test", clientKeySha256: "" },
    flags: flags.map((key) => ({ key, type: "boolean", rules: [{ name: "all", serve: "on" }] })),
    segments: [],
  });

const publish = (bundle: BuiltBundle, own: { rings?: boolean; skipRings?: string } = {}, at = dir) =>
  publishBundles([bundle], { keys, atMs, dir: at, ...own });
const rollout = (at = dir) => ({ dir: at, audience: AUDIENCE, keys, atMs, reason: "a test" });

/** The versions of the rings: first, second, everybody; as they are served. */
async function versions(at = dir): Promise<(number | undefined)[]> {
  const rings = await readRings(at, AUDIENCE);
  return [1, 2, EVERYBODY].map((ring) => servedIn(ring, rings)?.manifest.version);
}

/** Promotes what is next, if anything is. */
async function promoteNext(at = dir): Promise<void> {
  const rings = await readRings(at, AUDIENCE);
  const step = nextStep(rings);
  if (step) await promoteVersion(rollout(at), rings.get(step.from)?.manifest.version ?? 0);
}

const logged = async () =>
  (await readFile(join(dir, ROLLOUT_LOG), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as object);

describe("a version", () => {
  test("goes to the first ring, the second, everybody, and is one version all the way", async () => {
    await publish(bundleOf("a"), { rings: true });
    expect(await versions()).toEqual([1, 1, 1]);
    await publish(bundleOf("a", "b"));
    expect(await versions()).toEqual([2, 1, 1]);
    await promoteNext();
    expect(await versions()).toEqual([2, 2, 1]);
    await publish(bundleOf("a", "b", "c"));
    expect(await versions()).toEqual([3, 2, 1]);
    await promoteNext();
    expect(await versions()).toEqual([3, 2, 2]);
    await promoteNext();
    await promoteNext();
    expect(await versions()).toEqual([3, 3, 3]);
    await expect(promoteVersion(rollout(), 3)).rejects.toMatchObject({ code: "VERSION" });
  });

  test("is promoted only if it is the one that was judged", async () => {
    await publish(bundleOf("a"), { rings: true });
    await publish(bundleOf("b"));
    await publish(bundleOf("c"));
    await expect(promoteVersion(rollout(), 2)).rejects.toMatchObject({
      code: "VERSION",
      message: expect.stringContaining("version 3 is next"),
    });
    expect(await versions()).toEqual([3, 1, 1]);
  });

  test("without rings, goes to everybody, and nothing beside the manifest is written", async () => {
    await publish(bundleOf("a"));
    await publish(bundleOf("b"));
    expect([...(await readRings(dir, AUDIENCE)).keys()]).toEqual([EVERYBODY]);
    await expect(stat(join(dir, ROLLOUT_LOG))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("a halt", () => {
  test("of early rings gives them everybody's content, as a new version; everybody's stays", async () => {
    await publish(bundleOf("a"), { rings: true });
    await publish(bundleOf("bad"));
    await promoteNext();
    const halted = await haltRollout(rollout());
    expect(halted.map(({ manifest }) => [manifest.ring, manifest.version])).toEqual([
      [1, 3],
      [2, 3],
    ]);
    expect(await versions()).toEqual([3, 3, 1]);
    expect(new Set([...(await readRings(dir, AUDIENCE)).values()].map(({ manifest }) => manifest.sha256)).size).toBe(1);
    expect(await logged()).toEqual([
      { atMs, audience: AUDIENCE, action: "promote", version: 2, rings: [2], reason: "a test" },
      { atMs, audience: AUDIENCE, action: "halt", version: 3, rings: [1, 2], reason: "a test" },
    ]);
  });

  test("of what everybody has goes back to what everybody had before, however many flags that loses", async () => {
    const good = bundleOf("a");
    await publish(good, { rings: true });
    await publish(bundleOf("a", ...Array.from({ length: 40 }, (_, index) => `bad-${index}`)));
    await promoteNext();
    await promoteNext();
    const halted = await haltRollout(rollout());
    expect(halted.map(({ manifest }) => manifest)).toEqual(
      [1, 2, 0].map((ring) => expect.objectContaining({ ring, version: 3, sha256: good.sha256, allowShrink: true })),
    );
  });

  test("where there never was anything else is refused", async () => {
    await publish(bundleOf("a"), { rings: true });
    await expect(haltRollout(rollout())).rejects.toMatchObject({ code: "VERSION" });
  });
});

describe("skipping rings", () => {
  test("gives a version to all at once and leaves a line with the reason", async () => {
    await publish(bundleOf("a"), { rings: true });
    await publish(bundleOf("b"));
    await publish(bundleOf("c"), { skipRings: "payments are\ndown" });
    expect(await versions()).toEqual([3, 3, 3]);
    expect(await logged()).toEqual([
      { atMs, audience: AUDIENCE, action: "skip-rings", version: 3, rings: [1, 2, 0], reason: "payments are\ndown" },
    ]);
  });

  test("never skips a guard", async () => {
    await publish(bundleOf(...Array.from({ length: 40 }, (_, index) => `flag-${index}`)), { rings: true });
    await expect(publish(bundleOf("a"), { skipRings: "now" })).rejects.toMatchObject({ code: "SHRINK" });
    expect(await versions()).toEqual([1, 1, 1]);
  });

  test("what was signed for everybody is published only with a reason", async () => {
    await publish(bundleOf("a"), { rings: true });
    const build = join(dir, "build");
    const bundles = [bundleOf("b")];
    await writeBuild(build, "shop.example", bundles);
    await writeSigned(build, await signBundles(bundles, { keys, atMs, dir, skipRings: "" }));
    await expect(publishSigned(await readSigned(build), dir)).rejects.toMatchObject({ code: "VERSION" });
    expect(await versions()).toEqual([1, 1, 1]);
    await publishSigned(await readSigned(build), dir, undefined, "kill switch");
    expect(await versions()).toEqual([2, 2, 2]);
    await writeSigned(build, await signBundles(bundles, { keys, atMs, dir }));
  });
});

test("a manifest in another ring's place is counted on by nobody", async () => {
  await publish(bundleOf("a"), { rings: true });
  await publish(bundleOf("b"));
  const { copyFile } = await import("node:fs/promises");
  await copyFile(join(dir, `v1/${AUDIENCE}/manifest.1`), join(dir, `v1/${AUDIENCE}/manifest.2`));
  await expect(promoteNext()).rejects.toMatchObject({ code: "PUBLICATION_UNREADABLE" });
});

test("freshness is signed again in every ring, and versions stay", async () => {
  await publish(bundleOf("a"), { rings: true });
  await publish(bundleOf("b"));
  await refreshPublication({ dir, keys, atMs: atMs + 80_000_000 });
  expect(await versions()).toEqual([2, 1, 1]);
  for (const [ring, { manifest }] of await readRings(dir, AUDIENCE)) {
    expect([manifest.ring, manifest.issuedAtMs]).toEqual([ring, atMs + 80_000_000]);
  }
});

/** A client: its ring, and the versions that it has seen. */
interface VirtualClient {
  readonly ring: number;
  floor: Floor | undefined;
}

const root = openRoot(keys.rootEnvelope);

/** Polls as a client does; what it would refuse fails the test. */
async function poll(client: VirtualClient, at: string): Promise<void> {
  const served = servedIn(client.ring, await readRings(at, AUDIENCE));
  if (served === undefined) return;
  const { floor } = client;
  const manifest = await verifyManifest(served.envelope, { root, audience: AUDIENCE }, { floor, verifySignature });
  checkRing(manifest, client.ring);
  client.floor = manifest;
}

type Action = "publish" | "promote" | "halt" | "skip" | { readonly poll: number };

test("no client ever sees a version go back or two of one number, and all end on the last one", async () => {
  const deep = process.env.APLOMB_DEEP === "1";
  const action: fc.Arbitrary<Action> = fc.oneof(
    fc.constantFrom<Action>("publish", "promote", "promote", "halt", "skip"),
    fc.record({ poll: fc.nat(29) }),
  );
  const installIds = Array.from({ length: 2_000 }, (_, index) => `install-${index}`);
  const ids = [1, 2, EVERYBODY].flatMap((ring) =>
    installIds.filter((id) => ringOf(id, AUDIENCE) === ring).slice(0, 10),
  );
  const law = fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
    const at = await mkdtemp(join(tmpdir(), "aplomb-law-"));
    const clients = ids.map((id): VirtualClient => ({ ring: ringOf(id, AUDIENCE), floor: undefined }));
    let count = 0;
    try {
      await publish(bundleOf("first"), { rings: true }, at);
      for (const next of actions) {
        if (next === "publish") await publish(bundleOf(`flag-${count++}`), {}, at);
        else if (next === "skip") await publish(bundleOf(`flag-${count++}`), { skipRings: "law" }, at);
        else if (next === "promote") await promoteNext(at);
        else if (next === "halt") await haltRollout(rollout(at)).catch((error) => expect(error.code).toBe("VERSION"));
        else await poll(clients[next.poll] as VirtualClient, at);
      }
      await publish(bundleOf("last"), {}, at);
      await promoteNext(at);
      while (nextStep(await readRings(at, AUDIENCE))) await promoteNext(at);
      for (const client of clients) await poll(client, at);
      const last = (await readRings(at, AUDIENCE)).get(1)?.manifest;
      expect(new Set(clients.map(({ floor }) => floor?.version))).toEqual(new Set([last?.version]));
      expect(new Set(clients.map(({ floor }) => floor?.sha256))).toEqual(new Set([bundleOf("last").sha256]));
    } finally {
      await rm(at, { recursive: true });
    }
  });
  await fc.assert(law, { numRuns: deep ? 500 : 15 });
});
