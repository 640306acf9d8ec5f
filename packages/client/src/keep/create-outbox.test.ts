/** What is kept survives its run, goes out once, and is counted wherever it ends. @module */

import { ExposureBatchSchema } from "@aplomb/proto/exposure";
import { createSeededRandom } from "@aplomb/testkit";
import { fromBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RequestError } from "../retry/request-error.js";
import { createMemoryDisk } from "../testing/memory-entries.js";
import { createMemorySink } from "../testing/memory-sink.js";
import { checkBalance, createTestPipeline, units } from "../testing/test-pipeline.js";
import { createTestRuns } from "../testing/test-runs.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const unavailable = new RequestError("down", { status: 503 });

describe("createOutbox", () => {
  test("what is acknowledged is not kept any longer", async () => {
    const { disk, sink, run } = createTestRuns();
    const { expose, pipeline } = run();
    expose(...units(25));
    expect(disk.contents).toHaveLength(3);
    checkBalance(pipeline.counters());
    expect(pipeline.counters().queued).toBe(0);
    expect(await pipeline.flush(1_000)).toEqual({ delivered: 25, pending: 0, dropped: 0 });
    const ranges = sink.batches.map(({ sequenceFirst, sequenceLast }) => [Number(sequenceFirst), Number(sequenceLast)]);
    expect(ranges).toEqual([
      [1, 10],
      [11, 20],
      [21, 25],
    ]);
    const [, , last] = sink.batches;
    expect(last).toMatchObject({ sdk: "aplomb-test/0.0.0", audience: "api.test", bundleStatus: { version: 1n } });
    expect(disk.contents).toEqual([]);
    expect(pipeline.counters()).toMatchObject({ acked: 25, spooled: 0, spooledBytes: 0, inFlight: 0 });
  });

  test("E-01 after a kill the next run sends what was kept, under the same ids, first, and once", async () => {
    const { disk, sink, run, host } = createTestRuns();
    sink.setRule(() => unavailable);
    const first = run();
    first.expose(...units(25));
    await host.clock.settle();
    await first.kill();
    expect(disk.contents).toHaveLength(3);
    sink.setRule(() => undefined);
    const second = run();
    second.expose("new");
    await second.pipeline.flush(1_000);
    expect(sink.units).toEqual([...units(25).map(String), "new"]);
    const instances = sink.batches.map(({ instanceId }) => instanceId.join());
    expect(instances.map((id) => id === instances[0])).toEqual([true, true, true, false]);
    expect(new Set(sink.attempts.map((bytes) => bytes.join())).size).toBe(4);
    expect(second.pipeline.counters()).toMatchObject({ enqueued: 1, recovered: 25, acked: 26 });
    checkBalance(second.pipeline.counters());
    expect(disk.contents).toEqual([]);
  });

  test("E-01 killed at any moment, again and again: what was kept is stored once", async () => {
    const random = createSeededRandom(7);
    const { sink, run, host, disk } = createTestRuns();
    const publish = sink.publish.bind(sink);
    sink.publish = async (bytes, signal) => {
      if (random.next() < 0.2) throw new RequestError("reset before");
      const answer = await publish(bytes, signal);
      if (random.next() < 0.3) throw new RequestError("reset after the commit");
      return answer;
    };
    let kept = 0;
    for (let round = 0; round < (isDeep ? 2_000 : 100); round++) {
      const { expose, kill, pipeline } = run();
      const more = Math.floor(random.next() * 30);
      expose(...units(more, kept));
      kept += more;
      if (random.next() < 0.8) await host.clock.advance(random.next() * 5_000);
      checkBalance(pipeline.counters());
      await kill();
    }
    const last = run();
    await host.clock.advance(3_600_000);
    checkBalance(last.pipeline.counters());
    expect([sink.units.length, new Set(sink.units).size]).toEqual([kept, kept]);
    expect(disk.contents).toEqual([]);
  });

  test("a record that was cut off is dropped, and the rest is sent under the same id", async () => {
    const { disk, sink, run, host } = createTestRuns();
    sink.setRule(() => unavailable);
    const first = run();
    first.expose(...units(5));
    await first.kill();
    const [whole = new Uint8Array()] = disk.contents;
    const law = fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (length) => {
      const own = createMemoryDisk();
      const entries = own.open();
      entries.create(whole.slice(0, length));
      entries.kill();
      const target = createMemorySink();
      const { pipeline } = createTestPipeline({ entries: own.open(), host, sink: target });
      await pipeline.flush(1_000);
      expect(target.units).toEqual(units(target.units.length).map(String));
      expect(target.batches.every(({ sequenceLast }) => sequenceLast === BigInt(target.units.length))).toBe(true);
      expect(pipeline.counters()).toMatchObject({ recovered: target.units.length, acked: target.units.length });
      if (length === whole.length) expect(target.units).toHaveLength(5);
      if (target.batches[0]) expect(target.batches[0].batchId).toEqual(fromBinary(ExposureBatchSchema, whole).batchId);
    });
    await fc.assert(law, { numRuns: isDeep ? 2_000 : 100, examples: [[whole.length], [0]] });
  });

  test("close leaves on disk what could not be sent", async () => {
    const { sink, run, host } = createTestRuns();
    sink.setRule(() => unavailable);
    const first = run();
    first.expose(...units(15));
    const closed = first.pipeline.close(500);
    await host.clock.advance(500);
    expect(await closed).toEqual({ delivered: 0, pending: 15, dropped: 0 });
    expect(first.pipeline.counters()).toMatchObject({ spooled: 15, inFlight: 0, dropped: {} });
    sink.setRule(() => undefined);
    const second = run();
    await second.pipeline.flush(1_000);
    expect(sink.units).toHaveLength(15);
  });

  test("E-06 never more bytes than agreed: the oldest sealed batch goes first, and is counted", async () => {
    const { sink, run, host, disk } = createTestRuns(10_000, { queueRecords: 100_000 });
    sink.setRule(() => unavailable);
    const { expose, pipeline } = run();
    for (let sample = 0; sample < 1_000; sample++) {
      expose(...units(3, sample * 3));
      if (sample % 20 === 0) await host.clock.advance(100);
      const bytes = disk.contents.reduce((sum, { length }) => sum + length, 0);
      expect(bytes).toBeLessThanOrEqual(10_000);
      expect(pipeline.counters().spooledBytes).toBe(bytes);
      checkBalance(pipeline.counters());
    }
    expect(pipeline.counters().dropped.spool_full).toBeGreaterThan(2_000);
    expect(pipeline.counters().persistErrors).toBe(0);
    sink.setRule(() => undefined);
    await host.clock.advance(600_000);
    expect(sink.units).toContain("2999");
    expect(sink.units.length + (pipeline.counters().dropped.spool_full ?? 0)).toBe(3_000);
  });

  test("E-07 while nothing can be kept records wait in memory; once there is space they are kept again", async () => {
    const { sink, run, host, disk } = createTestRuns();
    sink.setRule(() => unavailable);
    const { expose, pipeline } = run();
    expose(...units(5));
    disk.setFull(true);
    expose(...units(7, 5));
    expect(pipeline.counters()).toMatchObject({ queued: 7, persistErrors: 7 });
    checkBalance(pipeline.counters());
    disk.setFull(false);
    expose(12);
    expect(pipeline.counters().queued).toBe(8);
    await host.clock.advance(1_000);
    expose(...units(3, 13));
    checkBalance(pipeline.counters());
    expect(pipeline.counters()).toMatchObject({ persistErrors: 8, dropped: {} });
    sink.setRule(() => undefined);
    await host.clock.advance(120_000);
    expect(pipeline.counters()).toMatchObject({ acked: 16, spooled: 0, queued: 0 });
    const covered = sink.batches.flatMap(({ sequenceFirst, sequenceLast }) =>
      units(Number(sequenceLast - sequenceFirst) + 1, Number(sequenceFirst)),
    );
    expect(covered.sort((a, b) => a - b)).toEqual(units(16, 1));
  });

  test("what waited for consent or for an outbox that opened late is kept as soon as it may be, and survives a kill", async () => {
    const { sink, run, disk } = createTestRuns();
    sink.setRule(() => unavailable);
    const first = run("pending");
    first.expose(...units(12));
    expect(disk.contents).toEqual([]);
    first.setConsent("granted");
    expect(first.pipeline.counters()).toMatchObject({ queued: 0, persistErrors: 0 });
    checkBalance(first.pipeline.counters());
    await first.kill();
    sink.setRule(() => undefined);
    const second = run();
    await second.pipeline.flush(1_000);
    expect(second.pipeline.counters()).toMatchObject({ recovered: 12, acked: 12 });
  });

  test("a batch that was sealed before the outbox could keep it is kept once an attempt has failed, and survives a kill", async () => {
    const { sink, run, host, disk } = createTestRuns();
    sink.setRule(() => unavailable);
    const first = run();
    disk.setFull(true);
    first.expose(...units(3));
    await host.clock.advance(900);
    void first.pipeline.flush(1);
    disk.setFull(false);
    await host.clock.advance(30_000);
    expect(disk.contents).toHaveLength(1);
    checkBalance(first.pipeline.counters());
    expect(sink.attempts.length).toBeGreaterThan(2);
    expect(new Set(sink.attempts.map((bytes) => String(bytes))).size).toBe(1);
    await first.kill();
    sink.setRule(() => undefined);
    const second = run();
    await second.pipeline.flush(1_000);
    expect(second.pipeline.counters()).toMatchObject({ recovered: 3, acked: 3 });
    const ids = sink.attempts.map((bytes) => String(fromBinary(ExposureBatchSchema, bytes).batchId));
    expect(new Set(ids).size).toBe(1);
  });

  test("what waited in memory for want of space is kept at the end, if there is space then", async () => {
    const { sink, run, host, disk } = createTestRuns();
    sink.setRule(() => unavailable);
    const first = run();
    disk.setFull(true);
    first.expose(...units(12));
    disk.setFull(false);
    const closed = first.pipeline.close(2_000);
    await host.clock.advance(2_000);
    expect(await closed).toEqual({ delivered: 0, pending: 12, dropped: 0 });
    sink.setRule(() => undefined);
    const second = run();
    await second.pipeline.flush(1_000);
    expect(second.pipeline.counters()).toMatchObject({ recovered: 12, acked: 12 });
    expect([...sink.units].sort()).toEqual(units(12).map(String).sort());
  });

  test("E-08 too large: halves under new ids, kept as well, and the one that never fits is given up", async () => {
    const { disk, sink, run, host } = createTestRuns();
    sink.setRule(({ exposures }) =>
      exposures.some(({ unit }) => unit === "4") ? new RequestError("too large", { status: 413 }) : undefined,
    );
    const { expose, pipeline } = run();
    expose(...units(10));
    await pipeline.flush(1_000);
    expect([...sink.units].sort()).toEqual(["0", "1", "2", "3", "5", "6", "7", "8", "9"]);
    expect(sink.attempts.length).toBeLessThanOrEqual(10);
    expect(new Set(sink.batches.map(({ instanceId }) => instanceId.join())).size).toBe(1);
    expect(sink.batches.every(({ sdk, bundleStatus }) => sdk !== "" && bundleStatus?.version === 1n)).toBe(true);
    expect(pipeline.counters()).toMatchObject({ acked: 9, dropped: { oversize: 1 }, spooledBytes: 0 });
    expect(disk.contents).toEqual([]);
    await host.clock.settle();
  });

  test("what is older than a day is not sent any more, by the clock that cannot jump where there is one", async () => {
    const { sink, run, host } = createTestRuns();
    sink.setRule(() => unavailable);
    const first = run();
    first.expose(...units(5));
    await first.kill();
    await host.clock.advance(86_400_001);
    sink.setRule(() => undefined);
    const second = run();
    second.expose("new");
    host.clock.jump(365 * 86_400_000);
    await second.pipeline.flush(1_000);
    expect(sink.units).toEqual(["new"]);
    expect(second.pipeline.counters()).toMatchObject({ recovered: 5, dropped: { too_old: 5 }, acked: 1 });
    checkBalance(second.pipeline.counters());
  });

  test("runs that end later are looked for every five minutes", async () => {
    const { sink, run, host } = createTestRuns();
    sink.setRule(() => unavailable);
    const [first, second] = [run(), run()];
    first.expose("a");
    await first.kill();
    sink.setRule(() => undefined);
    await host.clock.advance(300_000);
    expect(sink.units).toEqual(["a"]);
    expect(second.pipeline.counters()).toMatchObject({ recovered: 1, acked: 1 });
  });
});
