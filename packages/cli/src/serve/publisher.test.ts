/** Looks at the files: on request, one at a time, and when freshness needs to be signed again. @module */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { advanceRoot, readKeys } from "@aplomb/authoring";
import { createVirtualClock, type VirtualClock } from "@aplomb/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { prepareKeys } from "./prepare-keys.js";
import { createPublisher, type Publisher, type PublishOutcome } from "./publisher.js";

const HOUR = 3_600_000;
const shop = fileURLToPath(new URL("../../../authoring/testdata/shop", import.meta.url));

let dir: string;
let clock: VirtualClock;
let publisher: Publisher;
let outcomes: PublishOutcome[];
let told: ((count: number) => void) | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-publisher-"));
  await cp(shop, dir, { recursive: true });
  clock = createVirtualClock();
  outcomes = [];
  const publicationDir = join(dir, "publication");
  const keysDir = join(dir, "keys");
  await prepareKeys({
    ...{ keysDir, publicationDir, trustDomain: "shop.example", dev: true, atMs: clock.nowMs() },
  });
  publisher = createPublisher({
    ...{ dir, publicationDir, clock },
    readKeys: () => readKeys(keysDir),
    onOutcome: async (outcome) => {
      outcomes.push(outcome);
      told?.(outcomes.length);
    },
  });
});
afterEach(async () => {
  await publisher.close();
  await rm(dir, { recursive: true });
});

const changes = (outcome: PublishOutcome | undefined) =>
  outcome?.type === "published"
    ? outcome.published.map(({ change, manifest }) => `${change} ${manifest.version}`)
    : outcome?.type;

/** Resolves when so many looks have been taken in all. */
const looks = (count: number) =>
  new Promise<void>((resolve) => {
    told = (taken) => taken >= count && resolve();
    told(outcomes.length);
  });

describe("createPublisher", () => {
  test("signs again at half of the freshness, under the same version", async () => {
    await publisher.publish();
    for (let hour = 1; hour <= 12; hour++) {
      await clock.advance(HOUR);
      await looks(hour + 1);
    }
    expect(changes(outcomes[0])).toEqual(["new 1", "new 1", "new 1"]);
    expect(outcomes.slice(1, 12).map(changes)).toEqual(Array(11).fill(["unchanged 1", "unchanged 1", "unchanged 1"]));
    expect(changes(outcomes[12])).toEqual(["refreshed 1", "refreshed 1", "refreshed 1"]);
  });

  test("requests that come during a look share one more", async () => {
    const asked = [publisher.publish(), publisher.publish(), publisher.publish(), publisher.publish()];
    const [first, second, third, fourth] = await Promise.all(asked);
    expect([outcomes.length, second === third, third === fourth, first === second]).toEqual([2, true, true, false]);
  });

  test("what cannot be published is an outcome, and the next look finds it mended", async () => {
    const file = join(dir, "flags/zz.yaml");
    await writeFile(file, "key: zz");
    expect(await publisher.publish()).toMatchObject({ type: "broken", problems: [{ file: "flags/zz.yaml", line: 1 }] });
    await rm(file);
    expect(changes(await publisher.publish())).toEqual(["new 1", "new 1", "new 1"]);
  });

  test("a manifest that cannot be read is an outcome", async () => {
    await publisher.publish();
    await writeFile(join(dir, "publication/v1/web.staging/manifest"), "torn");
    expect(await publisher.publish()).toMatchObject({ type: "failed", error: { code: "PUBLICATION_UNREADABLE" } });
  });

  test("follows a root that was made meanwhile: a stolen key signs nothing more", async () => {
    const first = await publisher.publish();
    const stolen = (await readKeys(join(dir, "keys"))).bundleKey.keyid;
    await advanceRoot(join(dir, "keys"), { drop: stolen, raiseEpoch: true, atMs: clock.nowMs() });
    const second = await publisher.publish();
    expect([changes(first), changes(second)]).toEqual([
      ["new 1", "new 1", "new 1"],
      ["new 1", "new 1", "new 1"],
    ]);
    const manifests = second.type === "published" ? second.published.map(({ manifest }) => manifest) : [];
    expect(manifests.map(({ rootVersion }) => rootVersion)).toEqual([2, 2, 2]);
  });

  test("leaves no timer behind", async () => {
    await publisher.publish();
    expect(clock.pendingTimers).toBe(1);
    await publisher.close();
    expect(clock.pendingTimers).toBe(0);
  });
});
