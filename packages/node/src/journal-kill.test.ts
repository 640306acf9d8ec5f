/** Services that are killed, stopped, or end without a word: what a journal promised is stored, and once. @module */
import { setTimeout as wait } from "node:timers/promises";
import { createSeededRandom } from "@aplomb/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startVictimRig, type VictimRig } from "./testing/victims.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const [rounds, together] = isDeep ? [50, 4] : [2, 2];
const kills = rounds * together;
const exits = isDeep ? 100 : 2;
const [stops, pairs] = isDeep ? [10, 20] : [1, 1];
const stopMs = isDeep ? 30_000 : 1_000;

let rig: VictimRig;
beforeEach(async () => {
  rig = await startVictimRig();
});
afterEach(() => rig.close());

/** What became of what was promised. */
async function outcome() {
  const [promised, stored] = [rig.promised(), await rig.stored()];
  const lost = promised.filter((unit) => !stored.has(unit)).length;
  const duplicates = [...stored.values()].filter((times) => times > 1).length;
  return { promised: promised.length, stored: stored.size, lost, duplicates };
}

/** Sends what is left in the journal. */
async function recover(): Promise<void> {
  const client = rig.client();
  await client.flush({ timeoutMs: 60_000 });
  await client.close();
}

describe("a journal", { timeout: 1_800_000 }, () => {
  test(`E-01 killed ${kills} times in the middle: every read that returned is stored, once`, async () => {
    const random = createSeededRandom(1);
    const killOne = async (): Promise<void> => {
      const victim = rig.start();
      await victim.line("reading");
      await wait(50 + random.next() * 400);
      await victim.kill();
    };
    // Together they share the journal; one after the other they take over what is left in it.
    for (let round = 0; round < rounds; round++) await Promise.all(Array.from({ length: together }, killOne));
    await recover();
    const { promised, stored, ...bad } = await outcome();
    console.info(`E-01: ${kills} kills, ${promised} promised, ${stored} stored`, bad);
    expect(bad).toEqual({ lost: 0, duplicates: 0 });
    expect(promised).toBeGreaterThan(kills * 50);
    // Between keeping one and writing it down, one for each kill.
    expect(stored - promised).toBeLessThanOrEqual(kills);
  });

  test(`E-15 a process that exits without close, ${exits} times: everything is recovered`, async () => {
    for (let round = 0; round < exits; round += 2) {
      const pair = [rig.start({ end: "exit", reads: 137 }), rig.start({ end: "exit", reads: 137 })];
      for (const victim of pair) await victim.ended;
    }
    expect((await rig.stored()).size).toBeLessThan(exits * 137);
    await recover();
    expect(await outcome()).toEqual({ promised: exits * 137, stored: exits * 137, lost: 0, duplicates: 0 });
  });

  test(`E-16 stopped ${stopMs} ms right after the response, ${stops * pairs} times: with waitUntil nothing is lost, without it all comes at the thaw`, async () => {
    const memory = { journal: "-", reads: 60 } as const;
    for (let round = 0; round < stops; round++) {
      const before = (await rig.stored()).size;
      const aware = Array.from({ length: pairs }, () => rig.start({ ...memory, end: "wait" }));
      const unaware = Array.from({ length: pairs }, () => rig.start(memory));
      const victims = [...aware, ...unaware];
      await Promise.all(victims.map((victim) => victim.line("done").then(() => victim.signal("SIGSTOP"))));
      // They are stopped and send nothing more: what comes to be stored now had left them.
      await waitFor(async () => (await rig.stored()).size >= before + 60 * pairs);
      await wait(stopMs);
      for (const victim of victims) victim.signal("SIGCONT");
      await waitFor(async () => (await rig.stored()).size === before + 120 * pairs);
      await Promise.all(victims.map((victim) => victim.kill()));
    }
    const all = stops * pairs * 120;
    expect(await outcome()).toEqual({ promised: all, stored: all, lost: 0, duplicates: 0 });
  });

  test("E-01 E-15 without a journal no more is lost than was never acknowledged, and only the end", async () => {
    const victim = rig.start({ journal: "-", reads: 700 });
    await victim.line("reading");
    await waitFor(async () => (await rig.stored()).size > 0);
    await victim.kill();
    const stored = await rig.stored();
    const promised = rig.promised();
    const lost = promised.filter((unit) => !stored.has(unit));
    expect(stored.size + lost.length).toBeGreaterThanOrEqual(promised.length);
    expect(lost).toEqual(promised.slice(promised.length - lost.length));
    expect([...stored.values()].every((times) => times === 1)).toBe(true);
  });
});

async function waitFor(holds: () => Promise<boolean>): Promise<void> {
  // Forty processes that start at once take two processors a while.
  const untilMs = performance.now() + 300_000;
  while (!(await holds())) {
    if (performance.now() > untilMs) throw new Error(`never: ${holds}`);
    await wait(10);
  }
}
