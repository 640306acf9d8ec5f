/** Batches that come again, much later: no row changes, whatever the batch ids that are still kept. @module */

import { PublishExposuresRequestSchema } from "@aplomb/proto/resolve-service";
import { createVirtualClock } from "@aplomb/testkit";
import { create } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { afterAll, describe, expect, test } from "vitest";
import { batchBytes, exposures } from "../../test/batches.js";
import { checkedBatch, storedExposures, storeKinds } from "../../test/stores.js";
import { createMetrics } from "../metrics.js";
import type { Publication } from "../publication.js";
import { keepBatchesFresh } from "../receive/forget-batches.js";
import { publishExposures } from "../receive/publish-exposures.js";

const hourMs = 3_600_000;
const minuteMs = 60_000;
const caller = { client: "page", audiences: new Set(["web.test"]), origins: undefined };
/** Nothing: what is not known is stored unjudged. */
const publication: Publication = {
  ...{ audiences: () => [], manifest: () => undefined, onChange: () => () => undefined },
  ...{ bundle: async () => undefined, remoteBundle: () => undefined, root: async () => undefined },
};

describe.each(storeKinds)("the $name store", (kind) => {
  afterAll(() => kind.stop());

  test("S-02: a replay after 47:59 is a duplicate, after 48:01 and 73 hours too old, and no stored row changes", async () => {
    const opened = await kind.open();
    const clock = createVirtualClock(Date.UTC(2026, 10, 22, 12));
    const errors: unknown[] = [];
    const parts = {
      store: opened.store,
      clock,
      metrics: createMetrics({ heapLimitBytes: 2 ** 30, containerLimitBytes: undefined }),
      ...{ publication, candidates: { flagSetsOf: async () => [] }, tracer: undefined },
      onStoreError: (error: unknown) => errors.push(error),
    };
    const stopForgetting = keepBatchesFresh(opened.store, clock, parts.onStoreError);
    const sealedAtMs = clock.nowMs();
    const batch = batchBytes({ createdAtMs: sealedAtMs, exposures: exposures(25, { exposedAtMs: sealedAtMs }) });
    const send = async (): Promise<string> => {
      const request = create(PublishExposuresRequestSchema, { batch, sentAtMs: BigInt(clock.nowMs()) });
      const sending = publishExposures(request, caller, parts);
      return await sending.then(
        ({ duplicate }) => (duplicate ? "duplicate" : "stored"),
        (error: unknown) => ConnectError.from(error).metadata.get("aplomb-code") ?? String(error),
      );
    };
    expect(await send()).toBe("stored");
    const stored = await storedExposures(opened.store);
    expect(stored).toHaveLength(25);

    for (const [atMs, answer] of [
      [48 * hourMs - minuteMs, "duplicate"],
      [48 * hourMs + minuteMs, "too_old"],
      [73 * hourMs, "too_old"],
    ] as const) {
      await clock.advance(sealedAtMs + atMs - clock.nowMs());
      expect([atMs, await send()]).toEqual([atMs, answer]);
      expect(await storedExposures(opened.store)).toEqual(stored);
    }
    stopForgetting();
    await opened.store.close();
    await opened.reopen();
    expect(await opened.query("select * from batches")).toEqual([]);
    expect(errors).toEqual([]);
    await opened.remove();
  });

  test("days that are older than what is kept are forgotten within an hour", async () => {
    const opened = await kind.open();
    const clock = createVirtualClock(Date.UTC(2026, 10, 22, 12));
    const errors: unknown[] = [];
    for (const days of [5, 4, 3, 0]) {
      const exposedAtMs = clock.nowMs() - days * 24 * hourMs;
      await opened.store.storeBatch(
        checkedBatch({ exposures: exposures(2, { exposedAtMs }), receivedAtMs: clock.nowMs() }),
      );
    }
    const stop = keepBatchesFresh(opened.store, clock, (error) => errors.push(error), 4);
    const days = async (): Promise<number> =>
      new Set((await storedExposures(opened.store)).map(({ windowDay }) => windowDay)).size;
    await expect.poll(days).toBe(3);
    await clock.advance(13 * hourMs);
    await expect.poll(days).toBe(2);
    stop();
    expect(errors).toEqual([]);
    await opened.remove();
  });
});
