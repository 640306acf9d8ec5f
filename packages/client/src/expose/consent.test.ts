/** Consent: what is not granted does not leave memory, and what is denied is deleted. @module */
import { describe, expect, test } from "vitest";
import { RequestError } from "../retry/request-error.js";
import { checkBalance, units } from "../testing/test-pipeline.js";
import { createTestRuns } from "../testing/test-runs.js";

const unavailable = new RequestError("down", { status: 503 });

describe("consent", () => {
  test("consent taken back forgets everything, here and on disk; given again, what comes later is sent", async () => {
    const { sink, run, host, disk } = createTestRuns();
    sink.setRule(() => unavailable);
    const { expose, pipeline, setConsent } = run();
    expose(...units(25));
    await host.clock.settle();
    setConsent("denied");
    expose("unheard of");
    expect(disk.contents).toEqual([]);
    expect(pipeline.counters()).toMatchObject({ dropped: { consent: 25 }, spooled: 0, inFlight: 0, queued: 0 });
    sink.setRule(() => undefined);
    setConsent("granted");
    expose("later");
    await host.clock.advance(120_000);
    expect(sink.units).toEqual(["later"]);
    checkBalance(pipeline.counters());
  });

  test("pending: everything waits in memory, nothing is kept or sent, until consent is given", async () => {
    const { sink, run, host, disk } = createTestRuns();
    const { expose, pipeline, setConsent } = run("pending");
    expose(...units(25));
    await host.clock.advance(60_000);
    expect(await pipeline.flush(1_000)).toEqual({ delivered: 0, pending: 25, dropped: 0 });
    pipeline.leave();
    expect([disk.contents, sink.attempts, pipeline.counters().queued]).toEqual([[], [], 25]);
    setConsent("granted");
    await pipeline.flush(1_000);
    expect(sink.units).toHaveLength(25);
    checkBalance(pipeline.counters());
  });

  test("denied from the start: what an earlier run left is deleted unsent, and nothing is noted", async () => {
    const { sink, run, host, disk } = createTestRuns();
    sink.setRule(() => unavailable);
    const first = run();
    first.expose(...units(5));
    await host.clock.settle();
    await first.kill();
    sink.setRule(() => undefined);
    const { expose, pipeline, setConsent } = run("denied");
    expose("unheard of");
    pipeline.track("purchase", { unit: "u", value: 1, properties: {}, propertiesBytes: 0 });
    await host.clock.advance(60_000);
    expect([disk.contents, sink.units, pipeline.counters().enqueued]).toEqual([[], [], 0]);
    checkBalance(pipeline.counters());
    setConsent("granted");
    expose("unheard of");
    await pipeline.flush(1_000);
    expect(sink.units).toEqual(["unheard of"]);
  });
});
