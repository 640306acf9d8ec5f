/** Until the code of a courier is there, records wait in the queue; when it never comes, they are counted. @module */
import { describe, expect, test } from "vitest";
import type { OpenCourier } from "../courier.js";
import { createMemoryDisk } from "../testing/memory-entries.js";
import { createMemorySink } from "../testing/memory-sink.js";
import { checkBalance, createTestPipeline, type TestPipelineOptions, units } from "../testing/test-pipeline.js";
import { lateCourier } from "./late-courier.js";

/** A pipeline whose courier's code arrives, or fails to, when a test says so. */
function startLate(options: TestPipelineOptions = {}) {
  const waiting: { arrive(): void; fail(): void }[] = [];
  const late = (open: OpenCourier): OpenCourier =>
    lateCourier(
      () =>
        new Promise((resolve, reject) => {
          waiting.push({ arrive: () => resolve(open), fail: () => reject(new TypeError("Failed to fetch")) });
        }),
    );
  const made = createTestPipeline({ ...options, late });
  const settle = (): Promise<void> => made.clock.settle();
  return {
    ...made,
    /** How often the code was asked for. */
    get loads() {
      return waiting.length;
    },
    async arrive() {
      waiting.at(-1)?.arrive();
      await settle();
    },
    async fail() {
      waiting.at(-1)?.fail();
      await settle();
    },
  };
}

describe("lateCourier", () => {
  test("what was exposed before is sent in order, once, with the time it was met at", async () => {
    const { sink, pipeline, expose, clock, arrive } = startLate();
    const beganMs = clock.nowMs();
    expose("a", "b", "a");
    await clock.advance(5_000);
    expose("c");
    expect(pipeline.counters()).toMatchObject({ enqueued: 3, deduplicated: 1, queued: 3, spooled: 0, sent: 0 });
    checkBalance(pipeline.counters());
    await arrive();
    expect(sink.units).toEqual([]);
    await clock.advance(1_200);
    expect(sink.units).toEqual(["a", "b", "c"]);
    const times = sink.batches.flatMap(({ exposures }) => exposures.map(({ exposedAtMs }) => Number(exposedAtMs)));
    expect(times.map((atMs) => atMs - beganMs)).toEqual([0, 0, 5_000]);
  });

  test("E-05 the queue is bounded meanwhile: the oldest go, counted, and may be met again", async () => {
    const { sink, pipeline, expose, arrive } = startLate({ limits: { queueRecords: 10 } });
    expose(...units(25));
    expect(pipeline.counters()).toMatchObject({ enqueued: 25, queued: 10, dropped: { queue_full: 15 } });
    checkBalance(pipeline.counters());
    expose(0);
    await arrive();
    expect(pipeline.counters()).toMatchObject({ acked: 10, queued: 0, dropped: { queue_full: 16 } });
    expect(sink.units).toEqual([...units(9, 16).map(String), "0"]);
  });

  test("a flush waits for the code, but not beyond its time", async () => {
    const { pipeline, expose, clock, arrive } = startLate();
    expose("a");
    const [short, long] = [pipeline.flush(100), pipeline.flush(10_000)];
    await clock.advance(100);
    expect(await short).toEqual({ delivered: 0, pending: 1, dropped: 0 });
    await arrive();
    expect(await long).toEqual({ delivered: 1, pending: 0, dropped: 0 });
  });

  test("code that cannot be loaded is asked for again, after a second and every minute at last; nothing is lost meanwhile", async () => {
    const late = startLate();
    late.expose("a");
    await late.fail();
    await late.clock.advance(999);
    expect(late.loads).toBe(1);
    await late.clock.advance(1);
    expect(late.loads).toBe(2);
    for (let failures = 2; failures < 12; failures++) {
      await late.fail();
      await late.clock.advance(60_000);
      expect(late.loads).toBe(failures + 1);
    }
    expect(late.pipeline.counters()).toMatchObject({ queued: 1, dropped: {} });
    await late.arrive();
    expect(await late.pipeline.flush(1_000)).toMatchObject({ delivered: 1 });
  });

  test("with nothing to send, a flush ends when the code turns out not to come", async () => {
    const { pipeline, fail } = startLate();
    const flushed = pipeline.flush(10_000);
    await fail();
    expect(await flushed).toEqual({ delivered: 0, pending: 0, dropped: 0 });
  });

  test("a page that is left before the code is there keeps its records; what it can still load sends them at once", async () => {
    const { sink, pipeline, expose, arrive } = startLate();
    expose("a");
    pipeline.leave();
    expect(pipeline.counters()).toMatchObject({ queued: 1, sent: 0 });
    await arrive();
    expect(sink.units).toEqual(["a"]);
  });

  test("closed before the code is there: it is given up, counted, and the code is never run", async () => {
    const { sink, pipeline, expose, clock, arrive } = startLate();
    expose("a");
    const closed = pipeline.close(100);
    await clock.advance(100);
    expect(await closed).toEqual({ delivered: 0, pending: 0, dropped: 1 });
    expect(pipeline.counters().dropped).toEqual({ closed: 1 });
    await arrive();
    expect(sink.attempts).toEqual([]);
    checkBalance(pipeline.counters());
  });

  test("consent that is denied meanwhile deletes what waits and what earlier runs left; later records are sent", async () => {
    const disk = createMemoryDisk();
    const sink = createMemorySink();
    disk.open().create(Uint8Array.of(1));
    const entries = disk.open();
    const { pipeline, expose, setConsent, arrive } = startLate({ sink, entries });
    expose("a");
    setConsent("denied");
    expose("b");
    setConsent("granted");
    expose("c");
    expect(pipeline.counters()).toMatchObject({ enqueued: 2, queued: 1, dropped: { consent: 1 } });
    await arrive();
    expect(await pipeline.flush(1_000)).toMatchObject({ delivered: 1, pending: 0 });
    expect(sink.units).toEqual(["c"]);
    expect(disk.contents).toEqual([]);
    checkBalance(pipeline.counters());
  });

  test("consent that is pending keeps everything in memory when the code comes, and sends it once it is given", async () => {
    const disk = createMemoryDisk();
    const { sink, pipeline, expose, setConsent, arrive } = startLate({ entries: disk.open(), consent: "pending" });
    expose("a");
    await arrive();
    expect([sink.units, disk.contents, pipeline.counters().queued]).toEqual([[], [], 1]);
    setConsent("granted");
    expect(disk.contents).toHaveLength(1);
    expect(await pipeline.flush(1_000)).toMatchObject({ delivered: 1 });
  });
});
