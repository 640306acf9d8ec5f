/** Kills a program again and again at random moments, then lets it finish. @module */
import { setTimeout as wait } from "node:timers/promises";
import type { ChildProgram } from "./child-program.js";
import { type Life, type LifeOptions, startLife } from "./life.js";

/** An interval, in milliseconds, from which a time is drawn evenly. */
export type DrawnMs = readonly [least: number, most: number];

/** What is done to a program. */
export interface KillPlan extends Omit<LifeOptions, "life" | "isLast"> {
  readonly program: ChildProgram;
  readonly kills: number;
  /** Draws every time; seeded, so that a run can be repeated as far as the machine repeats itself. */
  readonly random: () => number;
  /** From ready to the kill. */
  readonly aliveMs: DrawnMs;
  /** The share of lives that are frozen half-way, and for how long. */
  readonly freezes?: { readonly share: number; readonly forMs: DrawnMs };
  /** Called after each kill and before the next life, with the number of the life that ended: to look at what it left. */
  readonly afterKill?: (life: number) => Promise<void> | void;
  /** How long the last life may take. Default: 30 s. */
  readonly lastLifeMs?: number;
}

/** What came of it. */
export interface KillRun {
  /** What all lives have promised, in order. */
  readonly promised: readonly string[];
  readonly notes: readonly string[];
  /** Milliseconds from start to ready: the median over all lives. */
  readonly startUpMs: number;
  readonly tookMs: number;
}

/**
 * Starts a program, kills it with SIGKILL, starts it again, and so on; then starts it once more and waits for its end.
 *
 * @throws Error, with what the child wrote, if a life ends by itself before its kill, or if the last one does not end
 * with code 0 in time.
 * @example
 * const run = await killRepeatedly({ program, kills: 200, random: createSeededRandom(1).next, aliveMs: [0, 100] });
 * expect(compareLedgers(run.promised, await storedIds())).toMatchObject({ lost: [], duplicated: [] });
 */
export async function killRepeatedly(plan: KillPlan): Promise<KillRun> {
  const { program, kills, random, aliveMs, freezes, afterKill, lastLifeMs = 30_000, ...options } = plan;
  const startedAtMs = performance.now();
  const [promised, notes]: [string[], string[]] = [[], []];
  const startUpsMs: number[] = [];
  const draw = ([least, most]: DrawnMs): number => least + random() * (most - least);
  const close = (life: Life): void => {
    promised.push(...life.promised);
    notes.push(...life.notes);
  };

  for (let index = 0; index < kills; index++) {
    const life = startLife(program, { ...options, life: index });
    startUpsMs.push(await life.ready);
    const aliveForMs = draw(aliveMs);
    const isFrozen = freezes !== undefined && random() < freezes.share;
    await wait(isFrozen ? aliveForMs / 2 : aliveForMs);
    if (isFrozen) await life.freeze(draw(freezes.forMs));
    if (isFrozen) await wait(aliveForMs / 2);
    await kill(life, index);
    close(life);
    await afterKill?.(index);
  }

  const last = startLife(program, { ...options, life: kills, isLast: true });
  await finish(last, lastLifeMs);
  startUpsMs.push(await last.ready);
  close(last);
  const startUpMs = startUpsMs.sort((a, b) => a - b)[startUpsMs.length >> 1] ?? 0;
  return { promised, notes, startUpMs, tookMs: performance.now() - startedAtMs };
}

async function kill(life: Life, index: number): Promise<void> {
  life.signal("SIGKILL");
  const { code, signal, output } = await life.ended;
  if (signal !== "SIGKILL") throw new Error(`life ${index} ended by itself, with ${code ?? signal}:\n${output}`);
}

async function finish(last: Life, withinMs: number): Promise<void> {
  const late = new AbortController();
  const end = await Promise.race([last.ended, wait(withinMs, undefined, { signal: late.signal })]);
  late.abort();
  if (!end) last.signal("SIGKILL");
  const { code, signal, output } = await last.ended;
  if (!end) throw new Error(`the last life did not end within ${withinMs} ms:\n${output}`);
  if (code !== 0) throw new Error(`the last life ended with ${code ?? signal}:\n${output}`);
}
