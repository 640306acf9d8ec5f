/** Until the code of an outbox is there, and when it never comes, records are in memory. @module */
import type { OpenOutbox } from "@aplomb/client";
import type { Outbox, OutboxParts } from "@aplomb/client/outbox";
import { createVirtualClock } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { lateOutbox } from "./late-outbox.js";

const record = { sequence: 1, sizeBytes: 1, atMs: 1 };

/** An outbox that notes what it is asked. */
function noting(): { readonly calls: string[]; readonly open: OpenOutbox } {
  const calls: string[] = [];
  const note = (call: string) => () => void calls.push(call);
  const outbox: Outbox = {
    ...{ length: 3, sizeBytes: 30, isDue: true, firstSequence: 1 },
    keep: () => calls.push("keep") > 0,
    keepBatch: () => calls.push("keepBatch") > 0,
    take: () => void calls.push("take"),
    putBack: note("putBack"),
    recover: async () => void calls.push("recover"),
    clear: () => calls.push("clear"),
    close: note("close"),
  };
  return { calls, open: () => outbox };
}

function late(load: () => Promise<OpenOutbox>) {
  const clock = createVirtualClock();
  return { clock, outbox: lateOutbox(load)({ clock } as unknown as OutboxParts) };
}

describe("lateOutbox", () => {
  test("keeps nothing until the code is there, and everything then", async () => {
    const { calls, open } = noting();
    const { outbox } = late(async () => open);
    expect([outbox.keep(record), outbox.length, outbox.isDue, outbox.firstSequence]).toEqual([
      ...[false, 0, false],
      Number.POSITIVE_INFINITY,
    ]);
    await outbox.recover();
    expect([outbox.keep(record), outbox.length, outbox.isDue, outbox.firstSequence]).toEqual([true, 3, true, 1]);
    expect(calls).toEqual(["recover", "keep"]);
  });

  test.each<[string, () => Promise<OpenOutbox>]>([
    ["cannot be loaded", () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"))],
    ["throws", async () => () => fail()],
  ])("code that %s: recover resolves, nothing is kept, nothing is thrown", async (_, load) => {
    const { outbox } = late(load);
    await outbox.recover();
    expect([outbox.keep(record), outbox.take(), outbox.length, outbox.clear()]).toEqual([false, undefined, 0, 0]);
    outbox.close();
  });

  test("code that never comes: recover waits two seconds and no longer", async () => {
    const { outbox, clock } = late(() => new Promise(() => {}));
    let isOver = false;
    const recovered = outbox.recover().then(() => {
      isOver = true;
    });
    await clock.advance(1_999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    await recovered;
    expect(isOver).toBe(true);
  });

  test("closed before the code is there: it is never opened; cleared before: it is cleared then", async () => {
    const [closed, cleared] = [noting(), noting()];
    const [one, other] = [late(async () => closed.open), late(async () => cleared.open)];
    one.outbox.close();
    expect(other.outbox.clear()).toBe(0);
    await Promise.all([one.outbox.recover(), other.outbox.recover()]);
    expect([closed.calls, cleared.calls]).toEqual([[], ["clear", "recover"]]);
  });
});

function fail(): never {
  throw new Error("no");
}
