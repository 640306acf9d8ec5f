/** From a read to an acknowledged batch, under every fault; the ledger balances after each. @module */
import { type EvaluationDetails, evaluate, openBundle } from "@aplomb/core";
import { bundleBytes, createSeededRandom, split } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { type DeliveryCounters, totalOf } from "../delivery-counters.js";
import { RequestError } from "../retry/request-error.js";
import { createMemorySink } from "../testing/memory-sink.js";
import { createTestHost } from "../testing/test-host.js";
import { createExposurePipeline } from "./exposure-pipeline.js";
import { createSeal } from "./seal-batch.js";

const variants = [
  { name: "on", value: { enabled: true } },
  { name: "off", value: { enabled: false } },
];
const rules = [split("half", "everyone", { on: 50, off: 50 })];
const flagSet = openBundle(bundleBytes({ segments: { everyone: {} }, flags: { checkout: { variants, rules } } }));
const detailsOf = (unit: string): EvaluationDetails => evaluate(flagSet, "checkout", {}, { targetingKey: unit });
const status = { epoch: 1, version: 1, sha256: new Uint8Array(32), ageMs: 0, rejectedVersion: 0, rejectedCode: "" };

/** The books: every record is in exactly one place. */
function expectBalance(counters: DeliveryCounters): void {
  const { enqueued, acked, rejected, dropped, queued, inFlight } = counters;
  expect(acked + totalOf(rejected) + totalOf(dropped) + queued + inFlight).toBe(enqueued);
}

function piped() {
  const host = createTestHost();
  const sink = createMemorySink();
  const { clock, random, randomBytes, sdk } = host;
  const settled: DeliveryCounters[] = [];
  const pipeline = createExposurePipeline({
    ...{ sink, clock, random, randomBytes, limits: host.delivery },
    createSeal: (ledger) =>
      createSeal({
        ...{ sdk, audience: "api.test", instanceId: randomBytes(16), randomBytes, clock, ledger },
        bundleStatus: () => ({ ...status, quarantinedFlags: [] }),
      }),
    settled: (counters) => {
      settled.push(counters());
      expectBalance(counters());
    },
  });
  const expose = (...units: readonly (string | number)[]) => {
    for (const unit of units) pipeline.expose(detailsOf(String(unit)));
  };
  return { clock, sink, pipeline, expose, settled };
}

const units = (count: number, from = 0) => Array.from({ length: count }, (_, place) => from + place);
const unavailable = new RequestError("down", { status: 503 });

describe("createExposurePipeline", () => {
  test("sends after about an interval, in one batch with everything an analysis needs", async () => {
    const { clock, sink, expose } = piped();
    expose("a", "b");
    await clock.advance(799);
    expect(sink.attempts).toHaveLength(0);
    await clock.advance(401);
    expect(sink.batches).toHaveLength(1);
    expect(sink.batches[0]).toMatchObject({
      ...{ sequenceFirst: 1n, sequenceLast: 2n, sdk: "aplomb-test/0.0.0", audience: "api.test", losses: [] },
      bundleStatus: { epoch: 1n, version: 1n },
      exposures: [{ flag: "checkout", unit: "a", rule: "half" }, { unit: "b" }],
    });
    expect(sink.batches[0]?.exposures[0]?.exposureId).toHaveLength(16);
  });

  test("sends a full batch at once", async () => {
    const { clock, sink, expose } = piped();
    expose(...units(25));
    await clock.settle();
    expect(sink.batches.map(({ exposures }) => exposures.length)).toEqual([10, 10]);
    await clock.advance(1_200);
    expect(sink.units).toHaveLength(25);
  });

  test("D10 repeats within ten minutes are one exposure, and the least recently met are forgotten first", async () => {
    const { clock, sink, expose, pipeline } = piped();
    expose("a", "a", "a");
    for (const unit of units(49)) expose(unit, "a");
    expose("new", "a", 0);
    await pipeline.flush(1_000);
    expect(sink.units.filter((unit) => unit === "a")).toHaveLength(1);
    expect(sink.units.filter((unit) => unit === "0")).toHaveLength(2);
    await clock.advance(600_000);
    expose("a");
    await pipeline.flush(1_000);
    expect(sink.units.filter((unit) => unit === "a")).toHaveLength(2);
  });

  test("D3 an exposure that was lost is met again", async () => {
    const { sink, expose, pipeline } = piped();
    sink.setRule(() => new RequestError("no", { status: 400 }));
    expose("a");
    await pipeline.flush(1_000);
    sink.setRule(() => undefined);
    expose("a");
    await pipeline.flush(1_000);
    expect(sink.units).toEqual(["a"]);
    expect(pipeline.counters()).toMatchObject({ enqueued: 2, acked: 1, rejected: { http_400: 1 } });
  });

  test("D11 D14 a lost connection loses nothing: the same bytes go again until they arrive", async () => {
    const { clock, sink, expose, pipeline } = piped();
    sink.setRule((_batch, attempt) => (attempt < 5 ? new RequestError("reset") : undefined));
    expose("a");
    await clock.advance(60_000);
    expect(sink.attempts).toHaveLength(6);
    expect(new Set(sink.attempts.map((bytes) => bytes.join())).size).toBe(1);
    expect(pipeline.counters()).toMatchObject({ acked: 1, batchesRetried: 5, dropped: {} });
  });

  test("E-02 a lost answer is a duplicate, not a second row", async () => {
    const { clock, sink, expose, pipeline } = piped();
    const random = createSeededRandom(3);
    const publish = sink.publish.bind(sink);
    let lost = 0;
    sink.publish = async (bytes, signal) => {
      const answer = await publish(bytes, signal);
      if (random.next() > 0.3) return answer;
      lost++;
      throw new RequestError("reset after commit");
    };
    expose(...units(100));
    for (let more = 100; more < 1_000; more += 50) {
      await clock.advance(20_000);
      expose(...units(50, more));
    }
    await clock.advance(600_000);
    expect([sink.units.length, new Set(sink.units).size]).toEqual([1_000, 1_000]);
    expect(pipeline.counters()).toMatchObject({ acked: 1_000, batchesRetried: lost, dropped: {} });
    expect(pipeline.counters().duplicateAcked).toBeGreaterThan(150);
  });

  test("E-08 too large: halves until it fits, in ten requests at most; a single row that never fits is given up", async () => {
    const { sink, expose, pipeline } = piped();
    sink.setRule((batch) =>
      batch.exposures.some(({ unit }) => unit === "4") ? new RequestError("too large", { status: 413 }) : undefined,
    );
    expose(...units(10));
    await pipeline.flush(1_000);
    expect([...sink.units].sort()).toEqual(["0", "1", "2", "3", "5", "6", "7", "8", "9"]);
    expect(sink.attempts.length).toBeLessThanOrEqual(10);
    expect(pipeline.counters()).toMatchObject({ acked: 9, dropped: { oversize: 1 } });
  });

  test("E-09 one rejected batch stops no other", async () => {
    const { sink, expose, pipeline } = piped();
    sink.setRule((batch) => (batch.sequenceFirst === 31n ? new RequestError("bad", { status: 400 }) : undefined));
    for (const from of [0, 50]) {
      expose(...units(50, from));
      await pipeline.flush(1_000);
    }
    expect(sink.units).toHaveLength(90);
    expect(pipeline.counters().rejected).toEqual({ http_400: 10 });
  });

  test("E-10 refused for ten minutes: nothing lost, a handful of requests", async () => {
    const { clock, sink, expose } = piped();
    sink.setRule(() => (clock.monotonicMs() < 600_000 ? new RequestError("no", { status: 401 }) : undefined));
    expose("a");
    await clock.advance(600_000);
    expect(sink.attempts.length).toBeLessThanOrEqual(5);
    await clock.advance(300_000);
    expect(sink.units).toEqual(["a"]);
  });

  test("E-11 Retry-After is waited for, then everything arrives", async () => {
    const { clock, sink, expose } = piped();
    const attemptedAtMs: number[] = [];
    sink.setRule((_batch, attempt) => {
      attemptedAtMs.push(clock.monotonicMs());
      return attempt === 0 ? new RequestError("busy", { status: 429, retryAfterMs: 30_000 }) : undefined;
    });
    expose(...units(10));
    await clock.settle();
    expose(...units(35, 10));
    await clock.advance(29_999);
    expect(attemptedAtMs).toEqual([0]);
    await clock.advance(2_000);
    expect(sink.units).toHaveLength(45);
  });

  test("at most two batches are in flight, and one while the endpoint is in trouble", async () => {
    const { clock, sink, expose, pipeline } = piped();
    let open = 0;
    let most = 0;
    let isDown = true;
    sink.setRule(async () => {
      most = Math.max(most, ++open);
      await new Promise<void>((resolve) => clock.setTimer(resolve, 100));
      open--;
      return isDown ? unavailable : undefined;
    });
    expose(...units(80));
    await clock.advance(100);
    expect(most).toBe(2);
    most = 0;
    await clock.advance(120_000);
    expect(most).toBe(1);
    isDown = false;
    await clock.advance(120_000);
    expect(most).toBe(2);
    expect(pipeline.counters()).toMatchObject({ acked: 80, queued: 0, inFlight: 0 });
  });

  test("E-05 an outage: the queue stays bounded, the oldest go first, and every one is counted", async () => {
    const { clock, sink, expose, pipeline } = piped();
    sink.setRule(() => unavailable);
    for (let second = 0; second < 300; second++) {
      expose(...units(5, second * 5));
      await clock.advance(1_000);
      expectBalance(pipeline.counters());
      expect(pipeline.counters().queued).toBeLessThanOrEqual(100);
    }
    sink.setRule(() => undefined);
    await clock.advance(120_000);
    const counters = pipeline.counters();
    expect(counters).toMatchObject({ enqueued: 1_500, queued: 0, inFlight: 0 });
    expect(counters.acked + (counters.dropped.queue_full ?? 0)).toBe(1_500);
    expect(sink.units).toContain("1499");
    expect(sink.batches.at(-1)?.losses).toMatchObject([
      { reason: "queue_full", count: BigInt(counters.dropped.queue_full ?? 0) },
    ]);
  });

  test("E-22 what was dropped is a gap in the sequence", async () => {
    const { clock, sink, expose, pipeline } = piped();
    sink.setRule(() => unavailable);
    expose(...units(157));
    await clock.settle();
    sink.setRule(() => undefined);
    await clock.advance(120_000);
    const ranges = sink.batches.map((batch) => [Number(batch.sequenceFirst), Number(batch.sequenceLast)] as const);
    const covered = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    expect(157 - covered).toBe(pipeline.counters().dropped.queue_full);
  });

  test("flush waits for what was queued before it, and no longer than it may", async () => {
    const { clock, sink, expose, pipeline } = piped();
    expect(await pipeline.flush(1_000)).toEqual({ delivered: 0, pending: 0, dropped: 0 });
    sink.setRule(() => unavailable);
    expose("a", "b");
    const flushed = pipeline.flush(1_000);
    await clock.advance(1_000);
    expect(await flushed).toEqual({ delivered: 0, pending: 2, dropped: 0 });
  });

  test("close gives up what is left, once; what comes later is counted as lost", async () => {
    const { clock, sink, expose, pipeline } = piped();
    sink.setRule(() => unavailable);
    expose(...units(15));
    const [one, two] = [pipeline.close(500), pipeline.close(500)];
    await clock.advance(500);
    expect(await one).toEqual({ delivered: 0, pending: 0, dropped: 15 });
    expect(await two).toBe(await one);
    expose("late");
    expect(pipeline.counters()).toMatchObject({ enqueued: 16, dropped: { closed: 16 }, queued: 0, inFlight: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  test("leaving the page sends everything at once, in requests that may outlive it", async () => {
    const { clock, sink, expose, pipeline } = piped();
    const keepalives: (boolean | undefined)[] = [];
    const publish = sink.publish.bind(sink);
    sink.publish = (bytes, signal, keepalive) => {
      keepalives.push(keepalive);
      return publish(bytes, signal);
    };
    sink.setRule(() => new Promise((resolve) => clock.setTimer(() => resolve(undefined), 100)));
    expose(...units(45));
    pipeline.leave();
    pipeline.leave();
    await clock.settle();
    expect(keepalives).toEqual([false, false, true, true, true]);
    await clock.advance(100);
    expect(sink.units).toHaveLength(45);
  });

  test("a wall clock that jumps loses nothing and repeats nothing", async () => {
    const { clock, sink, expose, pipeline } = piped();
    expose("a");
    clock.jump(-365 * 86_400_000);
    expose("a", "b");
    await pipeline.flush(1_000);
    expect(sink.units).toEqual(["a", "b"]);
  });

  test("events travel with exposures", async () => {
    const { sink, expose, pipeline } = piped();
    expose("a");
    pipeline.track("purchase", { unit: "a", value: 9.5, properties: { plan: "pro" }, propertiesBytes: 14 });
    await pipeline.flush(1_000);
    expect(sink.batches).toHaveLength(1);
    expect(sink.batches[0]?.trackEvents).toMatchObject([
      { name: "purchase", unit: "a", value: 9.5, properties: { plan: "pro" } },
    ]);
  });

  test("what matched nothing, or not the type, is no exposure", async () => {
    const { sink, pipeline } = piped();
    pipeline.expose(evaluate(flagSet, "missing", false, {}));
    pipeline.expose(evaluate(flagSet, "checkout.enabled", "text", { targetingKey: "a" }));
    await pipeline.flush(1_000);
    expect(sink.attempts).toHaveLength(0);
  });
});
