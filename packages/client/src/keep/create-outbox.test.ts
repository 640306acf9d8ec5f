/** What is kept survives its run, goes out once, and is counted wherever it ends. @module */
import { describe, expect, test } from "vitest";
import { RequestError } from "../retry/request-error.js";
import { createMemoryDisk } from "../testing/memory-entries.js";
import { createMemorySink } from "../testing/memory-sink.js";
import { createTestHost } from "../testing/test-host.js";
import { checkBalance, createTestPipeline, units } from "../testing/test-pipeline.js";

const unavailable = new RequestError("down", { status: 503 });

function start(maxBytes?: number) {
  const [disk, host, sink] = [createMemoryDisk(), createTestHost(), createMemorySink()];
  const run = () => {
    const entries = disk.open(maxBytes);
    return { ...createTestPipeline({ entries, host, sink }), kill: entries.kill };
  };
  return { disk, host, sink, run };
}

describe("createOutbox", () => {
  test("what is acknowledged is not kept any longer", async () => {
    const { disk, sink, run } = start();
    const { expose, pipeline } = run();
    expose(...units(25));
    expect(disk.contents).toHaveLength(3);
    expect(pipeline.counters()).toMatchObject({ queued: 0, spooled: 25 - pipeline.counters().inFlight });
    expect(await pipeline.flush(1_000)).toEqual({ delivered: 25, pending: 0, dropped: 0 });
    expect(sink.batches.map(({ sequenceFirst, sequenceLast }) => [sequenceFirst, sequenceLast])).toEqual([
      [1n, 10n],
      [11n, 20n],
      [21n, 25n],
    ]);
    expect(sink.batches[2]).toMatchObject({
      sdk: "aplomb-test/0.0.0",
      audience: "api.test",
      bundleStatus: { version: 1n },
    });
    expect(disk.contents).toEqual([]);
    expect(pipeline.counters()).toMatchObject({ acked: 25, spooled: 0, spooledBytes: 0, inFlight: 0 });
  });

  test("E-01 after a kill the next run sends what was kept, under the same ids, first, and once", async () => {
    const { disk, sink, run, host } = start();
    sink.setRule(() => unavailable);
    const first = run();
    first.expose(...units(25));
    await host.clock.settle();
    first.kill();
    void first.pipeline.close(0);
    await host.clock.advance(0);
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
});
