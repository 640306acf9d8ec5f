/** What an endpoint in trouble is spared, in whole pipelines under virtual time. @module */
import { createSeededRandom } from "@aplomb/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RequestError } from "../retry/request-error.js";
import { createTestPipeline, units } from "../testing/test-pipeline.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const unavailable = new RequestError("down", { status: 500 });

/** A pipeline whose attempts are written down: when, how many records, and whether they were stored. */
function watched(answer: (attempt: number, atMs: number) => unknown, limits = {}) {
  const made = createTestPipeline({ limits });
  const attempts: { atMs: number; records: number; isStored: boolean }[] = [];
  made.sink.setRule(async ({ exposures }, place) => {
    const attempt = { atMs: made.clock.monotonicMs(), records: exposures.length, isStored: false };
    attempts.push(attempt);
    const failure = await answer(place, attempt.atMs);
    attempt.isStored = failure === undefined;
    return failure;
  });
  const within = (fromMs: number, toMs: number) => attempts.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  return { ...made, attempts, within };
}

describe("createPace", () => {
  test("E-12 the breaker opens after five failures, sends one small probe at a time, and closes after one success", async () => {
    const { clock, expose, attempts, within } = watched((_attempt, atMs) => (atMs < 600_000 ? unavailable : undefined));
    expose(...units(13));
    await clock.settle();
    for (let second = 0; second < 600; second++) {
      await clock.advance(1_000);
      if (second % 60 === 0) expose(...units(2, 100 + second));
    }
    const opened = attempts[4]?.atMs ?? 0;
    expect(opened).toBeLessThan(60_000);
    const probes = within(opened + 1, 600_000);
    // Steps are drawn from at most a minute.
    expect(probes.length).toBeGreaterThanOrEqual(9);
    expect(probes.length).toBeLessThanOrEqual(45);
    expect(new Set(probes.map(({ atMs }) => atMs)).size).toBe(probes.length);
    expect(new Set(probes.map(({ records }) => records)).size).toBe(1);
    await clock.advance(120_000);
    const stored = attempts.filter(({ isStored }) => isStored);
    expect(stored.reduce((sum, { records }) => sum + records, 0)).toBe(13 + 20);
    expect(within(600_000, 720_000).every(({ isStored }) => isStored)).toBe(true);
  });

  test("E-11 after an overload the backlog goes out at twice the steady rate at most", async () => {
    const busy = new RequestError("busy", { status: 429, retryAfterMs: 30_000 });
    const { clock, expose, sink, within, attempts } = watched((attempt) => (attempt === 0 ? busy : undefined), {
      flushIntervalMs: 10_000,
    });
    for (let second = 0; second < 120; second++) {
      expose(...units(2, second * 2));
      await clock.advance(1_000);
    }
    const [first, next] = attempts.map(({ atMs }) => atMs);
    expect((next ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(30_000);
    for (let from = next ?? 0; from < 60_000; from += 5_000) {
      const records = within(from, from + 5_000).reduce((sum, attempt) => sum + attempt.records, 0);
      // One batch more than twice what comes in five seconds.
      expect(records).toBeLessThanOrEqual(2 * 2 * 5 + 10);
    }
    await clock.advance(10_000);
    expect(sink.units).toHaveLength(240);
  });

  test("a first failure is tried again within a second; beyond ten, retries are as rare as flushes", async () => {
    const { clock, expose, attempts } = watched((attempt) => (attempt % 2 === 0 ? unavailable : undefined), {
      flushIntervalMs: 10_000,
    });
    for (let batch = 0; batch < 30; batch++) {
      expose(batch);
      await clock.advance(30_000);
    }
    const waits = attempts.flatMap(({ atMs, isStored }, at) =>
      isStored ? [atMs - (attempts[at - 1]?.atMs ?? 0)] : [],
    );
    expect(waits).toHaveLength(30);
    expect(Math.max(...waits.slice(0, 10))).toBeLessThanOrEqual(1_000);
    expect(Math.min(...waits.slice(10).filter((ms) => ms > 1_000))).toBeGreaterThanOrEqual(8_000);
    expect(waits.slice(10).filter((ms) => ms <= 1_000).length).toBeLessThanOrEqual(3);
  });

  test("I-08 whatever the endpoint does, what comes to nothing is six attempts a minute, and as many more as it stores", async () => {
    const answers = ["stored", "reset", "hang", 400, 401, 408, 413, 429, 500, 503] as const;
    const behaviour = fc.array(fc.constantFrom(...answers), { minLength: 1, maxLength: 40 });
    const law = fc.asyncProperty(behaviour, fc.integer(), async (script, seed) => {
      const random = createSeededRandom(seed);
      const { clock, expose, attempts, pipeline, within } = watched((attempt) => {
        const answer = script[attempt % script.length];
        if (answer === "hang") return new Promise(() => {});
        if (answer === "stored") return undefined;
        return new RequestError("no", answer === "reset" ? {} : { status: answer ?? 500 });
      });
      for (let step = 0; step < 40; step++) {
        expose(...units(Math.floor(random.next() * 20), step * 20));
        if (random.next() < 0.1) void pipeline.flush(1_000);
        await clock.advance(random.next() * 15_000);
      }
      for (const { atMs } of attempts.filter(({ isStored }) => !isStored)) {
        const minute = within(atMs, atMs + 60_000);
        const stored = minute.filter(({ isStored }) => isStored).length;
        // Two may be on their way when the sixth is known to have failed.
        expect(minute.length - stored).toBeLessThanOrEqual(7 + stored);
      }
    });
    await fc.assert(law, { numRuns: isDeep ? 10_000 : 30 });
  });
});
