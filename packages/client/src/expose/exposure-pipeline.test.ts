/** From a read to an acknowledged batch, and the end of it. @module */
import { evaluate } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import { RequestError } from "../retry/request-error.js";
import { createTestPipeline, flagSet, units } from "../testing/test-pipeline.js";

const unavailable = new RequestError("down", { status: 503 });

describe("createExposurePipeline", () => {
  test("sends after about an interval, in one batch with everything an analysis needs", async () => {
    const { clock, sink, expose } = createTestPipeline();
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
    const { clock, sink, expose } = createTestPipeline();
    expose(...units(25));
    await clock.settle();
    expect(sink.batches.map(({ exposures }) => exposures.length)).toEqual([10, 10]);
    await clock.advance(1_200);
    expect(sink.units).toHaveLength(25);
  });

  test("D10 repeats within ten minutes are one exposure, and the least recently met are forgotten first", async () => {
    const { clock, sink, expose, pipeline } = createTestPipeline();
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
    const { sink, expose, pipeline } = createTestPipeline();
    sink.setRule(() => new RequestError("no", { status: 400 }));
    expose("a");
    await pipeline.flush(1_000);
    sink.setRule(() => undefined);
    expose("a");
    await pipeline.flush(1_000);
    expect(sink.units).toEqual(["a"]);
    expect(pipeline.counters()).toMatchObject({ enqueued: 2, acked: 1, rejected: { http_400: 1 } });
  });

  test("flush waits for what was queued before it, and no longer than it may", async () => {
    const { clock, sink, expose, pipeline } = createTestPipeline();
    expect(await pipeline.flush(1_000)).toEqual({ delivered: 0, pending: 0, dropped: 0 });
    sink.setRule(() => unavailable);
    expose("a", "b");
    const flushed = pipeline.flush(1_000);
    await clock.advance(1_000);
    expect(await flushed).toEqual({ delivered: 0, pending: 2, dropped: 0 });
  });

  test("close gives up what is left, once; what comes later is counted as lost", async () => {
    const { clock, sink, expose, pipeline } = createTestPipeline();
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

  test("D4 leaving the page sends everything at once, in requests that may outlive it", async () => {
    const { clock, sink, expose, pipeline } = createTestPipeline();
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
    const { clock, sink, expose, pipeline } = createTestPipeline();
    expose("a");
    clock.jump(-365 * 86_400_000);
    expose("a", "b");
    await pipeline.flush(1_000);
    expect(sink.units).toEqual(["a", "b"]);
  });

  test("events travel with exposures", async () => {
    const { sink, expose, pipeline } = createTestPipeline();
    expose("a");
    pipeline.track("purchase", { unit: "a", value: 9.5, properties: { plan: "pro" }, propertiesBytes: 14 });
    await pipeline.flush(1_000);
    expect(sink.batches).toHaveLength(1);
    expect(sink.batches[0]?.trackEvents).toMatchObject([
      { name: "purchase", unit: "a", value: 9.5, properties: { plan: "pro" } },
    ]);
  });

  test("what matched nothing, or not the type, is no exposure", async () => {
    const { sink, pipeline } = createTestPipeline();
    pipeline.expose(evaluate(flagSet, "missing", false, {}));
    pipeline.expose(evaluate(flagSet, "checkout.enabled", "text", { targetingKey: "a" }));
    await pipeline.flush(1_000);
    expect(sink.attempts).toHaveLength(0);
  });

  test("what cannot be sealed is given up, and what comes after is sent", async () => {
    const { sink, expose, pipeline } = createTestPipeline();
    const properties = { value: Symbol("no JSON") } as never;
    pipeline.track("broken", { unit: "a", value: undefined, properties, propertiesBytes: 2 });
    await pipeline.flush(1_000);
    expose("a");
    await pipeline.flush(1_000);
    expect(sink.units).toEqual(["a"]);
    expect(pipeline.counters()).toMatchObject({ acked: 1, dropped: { malformed: 1 } });
  });

  test("a sink that throws before it returns a promise is a failed attempt", async () => {
    const { clock, sink, expose, pipeline } = createTestPipeline();
    const publish = sink.publish.bind(sink);
    sink.publish = () => {
      sink.publish = publish;
      throw new TypeError("not today");
    };
    expose("a");
    const flushed = pipeline.flush(5_000);
    await clock.advance(2_000);
    expect(await flushed).toMatchObject({ delivered: 1 });
  });
});
