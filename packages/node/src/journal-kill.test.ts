/** Services that are killed, stopped, or end without a word: what a journal promised is stored, and once. @module */
import { setTimeout as wait } from "node:timers/promises";
import { createSeededRandom } from "@aplomb/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startVictimRig, type VictimRig } from "./testing/victims.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const kills = isDeep ? 200 : 4;
const exits = isDeep ? 100 : 2;

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
    for (let round = 0; round < kills; round++) {
      const victim = await rig.start();
      await victim.said("reading");
      await wait(50 + random.next() * 400);
      await victim.kill();
    }
    await recover();
    const { promised, stored, ...bad } = await outcome();
    console.info(`E-01: ${kills} kills, ${promised} promised, ${stored} stored`, bad);
    expect(bad).toEqual({ lost: 0, duplicates: 0 });
    expect(promised).toBeGreaterThan(kills * 50);
    // Between keeping one and writing it down, one for each kill.
    expect(stored - promised).toBeLessThanOrEqual(kills);
  });

  test(`E-15 a process that exits without close, ${exits} times: everything is recovered`, async () => {
    for (let round = 0; round < exits; round++) {
      const victim = await rig.start({ end: "exit", reads: 137 });
      await victim.exited;
    }
    expect((await rig.stored()).size).toBeLessThan(exits * 137);
    await recover();
    expect(await outcome()).toEqual({ promised: exits * 137, stored: exits * 137, lost: 0, duplicates: 0 });
  });
});
