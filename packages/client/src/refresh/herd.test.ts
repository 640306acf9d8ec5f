/** N-01: a whole fleet on the client's own schedule, on virtual time: what an endpoint sees of it. @module */
import { createSeededRandom, createVirtualClock } from "@aplomb/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { RequestError } from "../retry/request-error.js";
import { createAttemptCeiling } from "./attempt-ceiling.js";
import { createRefreshLoop } from "./refresh-loop.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const CLIENTS = isDeep ? 10_000 : 1_000;
/** Bins in which a fleet of any size has 33 polls on average. */
const BIN_MS = 1_000_000 / CLIENTS;
const POLL_MS = 30_000;
const MINUTE_MS = 60_000;

/** Starts a fleet within a second; every load is answered as the endpoint says. When each request came. */
async function runFleet(answer: (atMs: number, draw: number) => unknown, untilMs: number): Promise<number[]> {
  const clock = createVirtualClock(0, { settling: "promises" });
  const random = createSeededRandom(11).next;
  const arrivals: number[] = [];
  const startClient = (): void => {
    let isServing = false;
    const load = async (): Promise<boolean> => {
      arrivals.push(clock.monotonicMs());
      const failure = answer(clock.monotonicMs(), random());
      if (failure !== undefined) throw failure;
      isServing = true;
      return false;
    };
    const ceiling = createAttemptCeiling(clock, random, POLL_MS);
    const parts = { load, ceiling, clock, random, pollIntervalMs: POLL_MS };
    createRefreshLoop({ ...parts, isServing: () => isServing }).start();
  };
  for (let client = 0; client < CLIENTS; client++) clock.setTimer(startClient, random() * 1_000);
  await clock.advance(untilMs);
  return arrivals;
}

/** The highest and the mean number of requests in a bin between two moments. */
function binned(arrivals: readonly number[], fromMs: number, toMs: number): { peak: number; mean: number } {
  const bins = new Uint32Array(Math.ceil((toMs - fromMs) / BIN_MS));
  for (const atMs of arrivals) {
    const bin = Math.floor((atMs - fromMs) / BIN_MS);
    if (atMs >= fromMs && bin < bins.length) bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return { peak: Math.max(...bins), mean: bins.reduce((sum, count) => sum + count, 0) / bins.length };
}

const isBetween = (atMs: number, fromMinute: number, toMinute: number): boolean =>
  atMs >= fromMinute * MINUTE_MS && atMs < toMinute * MINUTE_MS;

describe(`N-01 ${CLIENTS} clients, five minutes of outage`, () => {
  let arrivals: number[];
  const down = new RequestError("down");
  beforeAll(async () => {
    arrivals = await runFleet((atMs) => (isBetween(atMs, 10, 15) ? down : undefined), 25 * MINUTE_MS);
  }, 120_000);

  test.each([
    { name: "steady", from: 2, to: 10, most: 2.5 },
    { name: "in recovery", from: 15, to: 20, most: 2.5 },
    { name: "steady again", from: 20, to: 25, most: 2.5 },
  ])("$name, the peak is at most $most times the mean", ({ from, to, most }) => {
    const { peak, mean } = binned(arrivals, from * MINUTE_MS, to * MINUTE_MS);
    expect(peak / mean).toBeLessThanOrEqual(most);
  });

  test("in the outage, at most 300 requests in a bin of 33 polls", () => {
    const { peak, mean } = binned(arrivals, 10 * MINUTE_MS, 15 * MINUTE_MS);
    expect(peak).toBeLessThanOrEqual(300);
    expect(mean).toBeGreaterThan(20);
    if (isDeep) {
      const [steady, recovery] = [
        binned(arrivals, 2 * MINUTE_MS, 10 * MINUTE_MS),
        binned(arrivals, 15 * MINUTE_MS, 20 * MINUTE_MS),
      ];
      process.stdout.write(`N-01 ${JSON.stringify({ CLIENTS, BIN_MS, steady, outage: { peak, mean }, recovery })}\n`);
    }
  });
});

describe("incidents that fleets made worse", () => {
  test("I-03 an endpoint that comes back to a fleet that starts against it meets no second wave", async () => {
    const down = new RequestError("down");
    const arrivals = await runFleet((atMs) => (isBetween(atMs, 0, 3) ? down : undefined), 8 * MINUTE_MS);
    expect(binned(arrivals, 3 * MINUTE_MS, 8 * MINUTE_MS).peak).toBeLessThanOrEqual(2.5 * 33);
    // Past the start itself, no bin is ever fuller than an outage allows.
    expect(binned(arrivals, 10_000, 3 * MINUTE_MS).peak).toBeLessThanOrEqual(300);
  }, 60_000);

  test("I-06 an endpoint that sheds nine requests of ten is not asked much more often than if all were well", async () => {
    const busy = new RequestError("busy", { status: 503 });
    const arrivals = await runFleet(
      (atMs, draw) => (atMs > 5 * MINUTE_MS && draw < 0.9 ? busy : undefined),
      25 * MINUTE_MS,
    );
    const mean = (from: number, to: number): number => binned(arrivals, from * MINUTE_MS, to * MINUTE_MS).mean;
    expect(mean(10, 25) / mean(1, 5)).toBeLessThanOrEqual(1.1);
    expect(mean(5, 10) / mean(1, 5)).toBeLessThanOrEqual(2);
  }, 60_000);
});
