/** Holds the kill harness to finding what it is for: losses, duplicates, crashes; and to sparing honest programs. @module */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSeededRandom } from "../seeded-random.js";
import { until } from "../until.js";
import { buildChildProgram, type ChildProgram } from "./child-program.js";
import { compareLedgers, describeComparison } from "./compare-ledgers.js";
import { type KillPlan, killRepeatedly } from "./kill-repeatedly.js";
import { startLife } from "./life.js";

const KILLS = process.env.APLOMB_DEEP === "1" ? 200 : 8;

let program: ChildProgram;
let directory: string;
beforeAll(async () => {
  program = await buildChildProgram(new URL("../testing/journal-child.ts", import.meta.url));
  directory = await mkdtemp(join(tmpdir(), "aplomb-kill-"));
});
afterAll(async () => {
  await program.close();
  await rm(directory, { recursive: true, force: true });
});

async function run(habit: string, changes: Partial<KillPlan> = {}) {
  const file = join(directory, habit);
  const { next: random } = createSeededRandom(1);
  const plan: KillPlan = { program, kills: KILLS, random, aliveMs: [20, 60], args: [file, habit], ...changes };
  const result = await killRepeatedly(plan);
  const stored = (await readFile(file, "utf8")).trimEnd().split("\n");
  return { ...result, comparison: compareLedgers(result.promised, stored), stored };
}

describe("killRepeatedly", { timeout: 600_000 }, () => {
  test("finds nothing in a program that writes before it promises", async () => {
    const killed: number[] = [];
    const { comparison, stored, notes, startUpMs, tookMs } = await run("honest", {
      afterKill: (life) => void killed.push(life),
      freezes: { share: 0.5, forMs: [5, 20] },
    });
    console.info(
      `${KILLS} kills in ${Math.round(tookMs)} ms, ${Math.round(startUpMs)} ms to start: ${describeComparison(comparison)}`,
    );
    expect(comparison).toMatchObject({ lost: [], duplicated: [] });
    expect(comparison.unpromised.length).toBeLessThanOrEqual(KILLS);
    expect(comparison.promised).toBeGreaterThanOrEqual(KILLS);
    expect(notes).toEqual([`stored ${stored.length}`]);
    expect(killed).toEqual(Array.from({ length: KILLS }, (_, life) => life));
  });

  test("finds what a program loses that promises before it writes", async () => {
    const { comparison } = await run("loses", { kills: 4 });
    expect(comparison.lost.length).toBeGreaterThan(0);
    expect(comparison.duplicated).toEqual([]);
  });

  test("finds what a program stores twice", async () => {
    const { comparison } = await run("doubles", { kills: 3 });
    expect(comparison.duplicated.map(({ id }) => id)).toEqual(["0-0", "1-0", "2-0"]);
    expect(comparison.lost).toEqual([]);
  });

  test("a life that ends by itself is an error, with what it wrote", async () => {
    await expect(run("crashes", { aliveMs: [1_000, 1_000] })).rejects.toThrow(
      /life 0 ended by itself, with 1:[\s\S]*by itself/,
    );
  });
});

describe("startLife", { timeout: 20_000 }, () => {
  test("a stopped child promises nothing until it goes on", async () => {
    const life = startLife(program, { args: [join(directory, "stopped"), "honest"] });
    await life.ready;
    await until(() => life.promised.length > 0);
    const frozen = life.freeze(200);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = life.promised.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(life.promised.length).toBe(before);
    await frozen;
    await until(() => life.promised.length > before);
    life.signal("SIGKILL");
    expect(await life.ended).toMatchObject({ code: null, signal: "SIGKILL" });
  });

  test("a child that never gets ready says why", async () => {
    const life = startLife({ ...program, path: join(directory, "missing.mjs") });
    await expect(life.ready).rejects.toThrow(/before it was ready:[\s\S]*Cannot find module/);
  });
});
