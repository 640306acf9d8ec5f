/** Long work in small pieces: how long they are, and that bundles are looked through in them. @module */
import { openBundle } from "@aplomb/core";
import { bundleBytes, createVirtualClock, until, type VirtualClock } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { ActiveBundle, BundleCell } from "../active-bundle.js";
import { inSlices } from "./in-slices.js";
import { lookThrough } from "./look-through.js";

const abort = new AbortController();
const aborted = AbortSignal.abort();

/** A clock on which every look at it costs a millisecond, as if the work between two looks had. */
function busyClock(): VirtualClock {
  const clock = createVirtualClock();
  let spentMs = 0;
  return { ...clock, monotonicMs: () => clock.monotonicMs() + spentMs++ };
}

function* steps(count: number, done: number[]): Generator<void> {
  for (let i = 0; i < count; i++) {
    done.push(i);
    yield;
  }
}

describe("inSlices", () => {
  test("rests when five milliseconds are used up, and goes on after what was waiting", async () => {
    const clock = busyClock();
    const done: number[] = [];
    const all = inSlices(steps(12, done), clock, abort.signal);
    expect(done.length).toBe(5);
    await clock.advance(0);
    await all;
    expect(done.length).toBe(12);
  });

  test("is done at once where the work is short", async () => {
    const done: number[] = [];
    await inSlices(steps(1_000, done), createVirtualClock(), abort.signal);
    expect(done.length).toBe(1_000);
  });

  test("passes on what a step throws, and stops when it is told to", async () => {
    const broken = (function* () {
      yield;
      throw new Error("step");
    })();
    await expect(inSlices(broken, createVirtualClock(), abort.signal)).rejects.toThrow("step");
    const done: number[] = [];
    await inSlices(steps(9, done), createVirtualClock(), aborted);
    expect(done).toEqual([]);
  });
});

describe("lookThrough", () => {
  const junk = new Uint8Array([255]);
  const setUp = () => {
    const flagSet = openBundle(bundleBytes({ flags: { good: {}, bad: junk, worse: junk } }));
    const cell: BundleCell = { current: { flagSet } as ActiveBundle };
    return { flagSet, cell, clock: createVirtualClock() };
  };
  const never = (error: unknown) => expect.unreachable(String(error));

  test("names what is wrong, soon but not at once", async () => {
    const { flagSet, cell, clock } = setUp();
    const looked = lookThrough(flagSet, cell, clock, abort.signal, never);
    expect(flagSet.diagnostics).toEqual([]);
    await clock.advance(50);
    await looked;
    expect(flagSet.diagnostics.map(({ entry }) => entry)).toEqual(["bad", "worse"]);
  });

  test("leaves a bundle alone that no longer serves", async () => {
    const { flagSet, cell, clock } = setUp();
    const looked = lookThrough(flagSet, cell, clock, abort.signal, never);
    cell.current = undefined;
    await clock.advance(50);
    await looked;
    expect(flagSet.diagnostics).toEqual([]);
  });

  test("tells of an evaluator that throws", async () => {
    const { flagSet, cell, clock } = setUp();
    Object.assign(flagSet, {
      flagNamed: () => {
        throw new TypeError("injected");
      },
    });
    const failures: unknown[] = [];
    void lookThrough(flagSet, cell, clock, abort.signal, (error) => failures.push(error));
    await clock.advance(50);
    await until(() => failures.length === 1);
    expect(String(failures[0])).toContain("injected");
  });
});
