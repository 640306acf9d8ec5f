/** Sending under every fault: nothing is stored twice, nothing is lost uncounted. @module */
import { createSeededRandom } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { RequestError } from "../retry/request-error.js";
import { checkBalance, createTestPipeline, units } from "../testing/test-pipeline.js";

const unavailable = new RequestError("down", { status: 503 });

describe("createSender", () => {
  test("D11 D14 a lost connection loses nothing: the same bytes go again until they arrive", async () => {
    const { clock, sink, expose, pipeline } = createTestPipeline();
    sink.setRule((_batch, attempt) => (attempt < 5 ? new RequestError("reset") : undefined));
    expose("a");
    await clock.advance(60_000);
    expect(sink.attempts).toHaveLength(6);
    expect(new Set(sink.attempts.map((bytes) => bytes.join())).size).toBe(1);
    expect(pipeline.counters()).toMatchObject({ acked: 1, batchesRetried: 5, dropped: {} });
  });

  test("E-02 a lost answer is a duplicate, not a second row", async () => {
    const { clock, sink, expose, pipeline } = createTestPipeline();
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
    const { sink, expose, pipeline } = createTestPipeline();
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
    const { sink, expose, pipeline } = createTestPipeline();
    sink.setRule((batch) => (batch.sequenceFirst === 31n ? new RequestError("bad", { status: 400 }) : undefined));
    for (const from of [0, 50]) {
      expose(...units(50, from));
      await pipeline.flush(1_000);
    }
    expect(sink.units).toHaveLength(90);
    expect(pipeline.counters().rejected).toEqual({ http_400: 10 });
  });

  test("E-10 refused for ten minutes: nothing lost, a handful of requests", async () => {
    const { clock, sink, expose } = createTestPipeline();
    sink.setRule(() => (clock.monotonicMs() < 600_000 ? new RequestError("no", { status: 401 }) : undefined));
    expose("a");
    await clock.advance(600_000);
    expect(sink.attempts.length).toBeLessThanOrEqual(5);
    await clock.advance(300_000);
    expect(sink.units).toEqual(["a"]);
  });

  test("E-11 Retry-After is waited for, then everything arrives", async () => {
    const { clock, sink, expose } = createTestPipeline();
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
    const { clock, sink, expose, pipeline } = createTestPipeline();
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
    expect(pipeline.counters()).toMatchObject({ acked: 80, queued: 0, inFlight: 0 });
    expose(...units(40, 80));
    await clock.advance(1_000);
    expect(most).toBe(2);
  });

  test("E-05 an outage: the queue stays bounded, the oldest go first, and every one is counted", async () => {
    const { clock, sink, expose, pipeline } = createTestPipeline();
    sink.setRule(() => unavailable);
    for (let second = 0; second < 300; second++) {
      expose(...units(5, second * 5));
      await clock.advance(1_000);
      checkBalance(pipeline.counters());
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
    const { clock, sink, expose, pipeline } = createTestPipeline();
    sink.setRule(() => unavailable);
    expose(...units(157));
    await clock.settle();
    sink.setRule(() => undefined);
    await clock.advance(120_000);
    const ranges = sink.batches.map((batch) => [Number(batch.sequenceFirst), Number(batch.sequenceLast)] as const);
    const covered = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    expect(157 - covered).toBe(pipeline.counters().dropped.queue_full);
  });
});
