/** Clocks, overloads and content: what the pipeline keeps straight over long runs. @module */
import { createSeededRandom } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { RequestError } from "../retry/request-error.js";
import { heapBytes } from "../testing/heap-bytes.js";
import { checkBalance, createTestPipeline, units } from "../testing/test-pipeline.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const unavailable = new RequestError("down", { status: 503 });
const DAY_MS = 86_400_000;

describe("the pipeline over time", () => {
  test("E-13 a wall clock a year off, stepping back and jumping ahead in the middle: in order, with both times, none lost", async () => {
    const { clock, sink, expose, pipeline } = createTestPipeline();
    const told: { createdAtMs: bigint; sentAtMs: number | undefined }[] = [];
    const publish = sink.publish.bind(sink);
    sink.publish = async (bytes, signal, keepalive, sentAtMs) => {
      const answer = await publish(bytes, signal, keepalive);
      told.push({ createdAtMs: sink.batches.at(-1)?.createdAtMs ?? 0n, sentAtMs });
      return answer;
    };
    const jumps = [365 * DAY_MS, -730 * DAY_MS, 365 * DAY_MS, -3_600_000, 3 * DAY_MS];
    for (const [round, jumpMs] of jumps.entries()) {
      sink.setRule(() => unavailable);
      expose(...units(15, round * 20));
      await clock.advance(1_000);
      clock.jump(jumpMs);
      expose(...units(5, round * 20 + 15));
      sink.setRule(() => undefined);
      await clock.advance(60_000);
      checkBalance(pipeline.counters());
    }
    expect(pipeline.counters()).toMatchObject({ enqueued: 100, acked: 100, dropped: {}, rejected: {} });
    expect(sink.units).toHaveLength(100);
    const bySequence = [...sink.batches].sort((one, other) => Number(one.sequenceFirst - other.sequenceFirst));
    expect(bySequence.flatMap(({ exposures }) => exposures.map(({ unit }) => Number(unit)))).toEqual(units(100));
    // By the batch's own clock it never looks older than it is: the endpoint refuses what was sealed two days before.
    for (const { createdAtMs, sentAtMs = 0 } of told) {
      expect(sentAtMs - Number(createdAtMs)).toBeGreaterThanOrEqual(0);
      expect(sentAtMs - Number(createdAtMs)).toBeLessThan(60_000);
    }
  });

  test("E-20 what an overload drops does not depend on the variant", async () => {
    const [seeds, count] = isDeep ? [20, 200_000] : [5, 4_000];
    let suspicious = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const random = createSeededRandom(seed);
      const { clock, sink, expose, pipeline, setConsent } = createTestPipeline();
      const kept = { on: 0, off: 0 };
      sink.setRule(({ exposures }) => {
        for (const { variant } of exposures) kept[variant as "on" | "off"]++;
        return new Promise((resolve) => clock.setTimer(() => resolve(undefined), 600 + random.next() * 100));
      });
      for (let unit = 0; unit < count; unit += 20) {
        expose(...units(20, seed * count + unit));
        await clock.advance(500);
      }
      const dropped = pipeline.counters().dropped.queue_full ?? 0;
      expect(dropped / count).toBeGreaterThan(0.1);
      const total = kept.on + kept.off;
      if (isDeep) expect(Math.abs(kept.on / total - 0.5)).toBeLessThan(0.005);
      // Chi-squared with one degree of freedom, p = 0.05.
      if ((kept.on - kept.off) ** 2 / total > 3.841) suspicious++;
      setConsent("denied");
    }
    expect(suspicious).toBeLessThanOrEqual(2);
  });

  test("E-05 fifteen minutes of outage: queue and heap are bounded, and every record is counted", async () => {
    const perSecond = isDeep ? 2_000 : 100;
    const limits = { queueRecords: 10_000, queueBytes: 8_388_608, batchRecords: 500, batchBytes: 131_072 };
    const { clock, sink, expose, pipeline } = createTestPipeline({ limits });
    sink.setRule(() => unavailable);
    const beforeBytes = heapBytes();
    for (let sample = 0; sample < 9_000; sample++) {
      expose(...units(perSecond / 10, (sample * perSecond) / 10));
      if (sample % 10 === 0) await clock.advance(1_000);
      const { queued, queuedBytes } = pipeline.counters();
      expect(queued).toBeLessThanOrEqual(10_000);
      expect(queuedBytes).toBeLessThanOrEqual(8_388_608);
      checkBalance(pipeline.counters());
    }
    const grownBytes = heapBytes() - beforeBytes;
    console.info(`E-05 ${perSecond} a second: ${pipeline.counters().queued} queued, ${grownBytes} bytes of heap`);
    expect(grownBytes).toBeLessThanOrEqual(24_000_000);
    sink.setRule(() => undefined);
    await clock.advance(600_000);
    const { acked, dropped, queued } = pipeline.counters();
    expect({ queued, all: acked + (dropped.queue_full ?? 0) }).toEqual({ queued: 0, all: perSecond * 900 });
    expect(sink.batches.at(-1)?.losses).toMatchObject([{ reason: "queue_full" }]);
  }, 1_800_000);

  test("E-17 reads do no more work for all the flushing: an exposure is sealed once, however often it is sent", async () => {
    const { clock, sink, expose, pipeline } = createTestPipeline({
      limits: { queueRecords: 10_000, batchRecords: 500, dedupRecords: 1_000 },
    });
    let attempts = 0;
    sink.setRule(() => (attempts++ % 2 === 0 ? unavailable : undefined));
    for (let second = 0; second < 10; second++) {
      expose(...units(100, second * 100), ...units(100, second * 100));
      await clock.advance(20_000);
    }
    await clock.advance(600_000);
    const different = new Set(sink.attempts.map((bytes) => bytes.join()));
    const sealed = [...sink.batches].reduce((sum, { exposures }) => sum + exposures.length, 0);
    expect({ sealed, batches: different.size }).toEqual({ sealed: 1_000, batches: sink.batches.length });
    expect(pipeline.counters()).toMatchObject({ enqueued: 1_000, deduplicated: 1_000, acked: 1_000 });
  });

  test("E-24 in the steady state everything arrives within two intervals, in one request each", async () => {
    const { clock, sink, expose, pipeline } = createTestPipeline({
      limits: { queueRecords: 10_000, batchRecords: 5_000, batchBytes: 10_000_000, queueBytes: 10_000_000 },
    });
    let late = 0;
    sink.setRule(({ exposures }) => {
      late = Math.max(late, ...exposures.map(({ exposedAtMs }) => clock.nowMs() - Number(exposedAtMs)));
      return undefined;
    });
    const seconds = isDeep ? 300 : 20;
    for (let tenth = 0; tenth < seconds * 10; tenth++) {
      expose(...units(100, tenth * 100));
      await clock.advance(100);
    }
    await pipeline.flush(1_000);
    expect(late).toBeLessThanOrEqual(2_000);
    expect(sink.units).toHaveLength(seconds * 1_000);
    expect(sink.attempts.length).toBeLessThanOrEqual(seconds / 0.8 + 1);
  }, 60_000);

  test("E-16 with waitUntil each burst is sent at once, and the platform is told before anything is awaited", async () => {
    const awaited: Promise<unknown>[] = [];
    const { clock, sink, expose } = createTestPipeline({ waitUntil: (work) => void awaited.push(work) });
    expose("a", "b");
    expect(awaited).toHaveLength(1);
    await clock.advance(0);
    await awaited[0];
    expect(sink.units).toEqual(["a", "b"]);
    sink.setRule(() => unavailable);
    expose("c");
    expect(awaited).toHaveLength(2);
    await clock.advance(5_000);
    await awaited[1];
    const refusing = createTestPipeline({
      waitUntil: () => {
        throw new Error("no request");
      },
    });
    refusing.expose("d");
    await refusing.clock.advance(0);
    expect(refusing.sink.units).toEqual(["d"]);
  });
});
