/** What instances say of themselves with each batch: versions, refusals, losses, gaps. @module */
import { randomBytes } from "node:crypto";
import type { ExposureBatch } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import { batchBytes, connectClient } from "../../test/batches.js";
import { pageKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";

describe("what instances report", () => {
  const instanceId = randomBytes(16);
  const seal = (fields: Partial<ExposureBatch>, status: Partial<ExposureBatch["bundleStatus"]> = {}) =>
    batchBytes({
      ...{ instanceId, audience: "web.test" },
      bundleStatus: {
        ...{ epoch: 1, version: 3, sha256: new Uint8Array(32), ageMs: 1_000 },
        ...{ rejectedVersion: 0, rejectedCode: "", quarantinedFlags: [] },
        ...status,
      },
      ...fields,
    });
  const summary = async (own: TestEndpoint) => own.store.instances("web.test", 0);

  test("versions, refusals until they are mended, losses and gaps", async () => {
    const own = await startEndpoint();
    const client = connectClient(own.server.url, pageKey);
    const publish = (batch: Uint8Array) => client.publishExposures({ batch, sentAtMs: 4_000n });
    await publish(
      seal({ createdAtMs: 1_000, sequenceFirst: 1, sequenceLast: 10, losses: new Map([["queue_full", 2]]) }),
    );
    await publish(
      seal(
        { createdAtMs: 2_000, sequenceFirst: 14, sequenceLast: 20, losses: new Map([["queue_full", 5]]) },
        { rejectedVersion: 4, rejectedCode: "SIGNATURE" },
      ),
    );
    await publish(seal({ createdAtMs: 2_500 }));
    expect(await summary(own)).toEqual({
      instances: 1,
      versions: [{ version: 3, instances: 1 }],
      rejections: [{ version: 4, code: "SIGNATURE", instances: 1 }],
      losses: [{ reason: "queue_full", count: 5 }],
      missingRecords: 3,
    });
    await publish(
      seal(
        { createdAtMs: 1_500, sequenceFirst: 11, sequenceLast: 13, losses: new Map([["queue_full", 2]]) },
        { version: 2 },
      ),
    );
    await publish(seal({ createdAtMs: 3_000 }, { version: 4 }));
    expect(await summary(own)).toEqual({
      instances: 1,
      versions: [{ version: 4, instances: 1 }],
      rejections: [],
      losses: [{ reason: "queue_full", count: 5 }],
      missingRecords: 0,
    });
    await own.close();
  });
});
