/** The file store under processes that share it, and under processes that die while they write. @module */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSeededRandom } from "@aplomb/testkit";
import { buildChildProgram, type ChildProgram } from "@aplomb/testkit/kill-harness";
import { type RunningProgram, startFile } from "@aplomb/testkit/start-program";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fileStore } from "./file-store.js";
import { floorOf, isWhole } from "./testing/numbered-bundle.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const UPDATES = isDeep ? 200 : 25;
const KILLS = isDeep ? 500 : 20;
let program: ChildProgram;
beforeAll(async () => {
  program = await buildChildProgram(new URL("./testing/store-writer.ts", import.meta.url));
});
afterAll(() => program.close());

/** What a writer saw after one of its saves. */
interface Seen {
  readonly version: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly floor: number;
  readonly whole: boolean;
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "aplomb-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Starts a writer of `count` versions. */
function startWriter(first: number, step: number, count: number): RunningProgram {
  return startFile(program.path, directory, ...[first, step, count].map(String));
}

const seenBy = ({ lines }: RunningProgram): Seen[] => lines.map((line) => JSON.parse(line));

describe("fileStore between processes", () => {
  test(`A-08 8 processes, ${UPDATES} updates each: nothing torn, and the floor never falls`, async () => {
    // Each writes versions of its own, all in the same range: whoever is behind must not undo who is ahead.
    const writers = Array.from({ length: 8 }, (_, place) => startWriter(1 + place, 8, UPDATES));
    const codes = await Promise.all(writers.map(async ({ ended }) => (await ended).code));
    expect(codes).toEqual(Array(8).fill(0));
    const all = writers.flatMap(seenBy);
    expect(all).toHaveLength(8 * UPDATES);
    expect(all.filter(({ whole }) => !whole)).toEqual([]);
    // Whoever has saved a version never sees a lower floor.
    expect(all.filter(({ floor, version }) => floor < version)).toEqual([]);
    // What anybody had seen before a load began, that load sees, or more.
    const falls = all.filter(({ beforeMs, floor }) =>
      all.some((other) => other.afterMs < beforeMs && other.floor > floor),
    );
    expect(falls).toEqual([]);
    const { bundles, ...rest } = await fileStore(directory).load("shared");
    expect([floorOf({ bundles, ...rest }), bundles[0]?.floor.version]).toEqual([8 * UPDATES, 8 * UPDATES]);
    expect((await readdir(directory)).length).toBeLessThanOrEqual(2 + 1);
  }, 300_000);

  test(`A-05 killed ${KILLS} times in the middle of a save: the old generation or the new one, whole`, async () => {
    const random = createSeededRandom(5).next;
    let promised = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = startWriter(promised + 1, 1, 1_000_000);
      await writer.line("{");
      await new Promise((resolve) => setTimeout(resolve, 40 * random()));
      await writer.kill();
      promised = Math.max(promised, ...seenBy(writer).map(({ version }) => version));
      const contents = await fileStore(directory).load("shared");
      const [newest, older] = contents.bundles;
      expect(contents.bundles.every(isWhole)).toBe(true);
      // The bundle is written first, then the floor: one version that nobody was promised may be there.
      expect([promised, promised + 1]).toContain(newest?.floor.version);
      expect(floorOf(contents)).toBeGreaterThanOrEqual(promised);
      expect(older?.floor.version ?? 0).toBeLessThan(newest?.floor.version ?? 0);
      promised = floorOf(contents);
    }
    expect(promised).toBeGreaterThan(KILLS);
  }, 1_800_000);
});
