/** Batches over a real connection into a real database: exactly once, or refused with a code. @module */
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type Exposure, writePublishRequest } from "@aplomb/core";
import { ResolveService } from "@aplomb/proto/resolve-service";
import { Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { batchBytes, connectClient, exposure, exposures, trackEvent } from "../../test/batches.js";
import { pageKey, serviceKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";
import type { StoredExposure } from "../exposure-store.js";

let endpoint: TestEndpoint;
beforeAll(async () => {
  endpoint = await startEndpoint();
});
afterAll(() => endpoint.close());

/** A flag of its own for each test, so that tests do not see each other's rows. */
let flag = "";
beforeEach(() => {
  flag = `flag-${randomBytes(4).toString("hex")}`;
});

const send = (batch: Uint8Array, { key = pageKey, sentAtMs = Date.now() } = {}) =>
  connectClient(endpoint.server.url, key).publishExposures({ batch, sentAtMs: BigInt(sentAtMs) });

async function rows(): Promise<StoredExposure[]> {
  const found: StoredExposure[] = [];
  for await (const row of endpoint.store.readExposures({ flag })) found.push(row);
  return found;
}

async function refused(sending: Promise<unknown>): Promise<ConnectError> {
  const error = await sending.then(() => undefined, ConnectError.from);
  if (error === undefined) throw new Error("the batch was accepted");
  return error;
}

describe("stored", () => {
  test("every field comes back as it was sent", async () => {
    const fallthroughs = [{ rule: "holdout", assignmentId: "h/1", unit: "user-\u2028-ø", unitSelector: "company.id" }];
    const sent = exposure({ flag, fallthroughs, unit: "üser\t1", bundleVersion: 42 });
    expect(await send(batchBytes({ exposures: [sent] }))).toMatchObject({ duplicate: false, rejected: [] });
    const { exposedAtMs, ...identity } = sent;
    expect(await rows()).toEqual([
      {
        ...identity,
        audience: "web.test",
        ...{ firstExposedAtMs: exposedAtMs, lastExposedAtMs: exposedAtMs, timesReported: 1 },
        ...{ receivedAtMs: expect.any(Number), sdk: "aplomb-test/0.1.0", client: "web.test" },
      },
    ]);
  });

  test("the same exposure in many batches is one row that counts its reports", async () => {
    const at = Date.UTC(2026, 10, 22, 12);
    for (const exposedAtMs of [at, at + 5_000, at - 5_000]) {
      const { rejected } = await send(batchBytes({ exposures: [exposure({ flag, exposedAtMs })] }));
      expect(rejected).toEqual([]);
    }
    const [row, ...others] = await rows();
    expect(row).toMatchObject({ timesReported: 3, firstExposedAtMs: at - 5_000, lastExposedAtMs: at + 5_000 });
    expect(others).toEqual([]);
  });

  test.each<{ name: string; other: Partial<Exposure>; rowCount: number }>([
    { name: "another bundle version", other: { bundleVersion: 2 }, rowCount: 1 },
    { name: "another moment of the day", other: { exposedAtMs: Date.UTC(2026, 10, 22, 23, 59) }, rowCount: 1 },
    { name: "another day", other: { exposedAtMs: Date.UTC(2026, 10, 23) }, rowCount: 2 },
    { name: "another variant", other: { variant: "control" }, rowCount: 2 },
    { name: "another rule", other: { rule: "other" }, rowCount: 2 },
    { name: "another assignment", other: { assignmentId: "other" }, rowCount: 2 },
    { name: "another unit", other: { unit: "user-2" }, rowCount: 2 },
    { name: "another selector", other: { unitSelector: "company" }, rowCount: 2 },
  ])("an exposure and one with $name: $rowCount row(s)", async ({ other, rowCount }) => {
    const exposedAtMs = Date.UTC(2026, 10, 22, 12);
    const sent = [exposure({ flag, exposedAtMs }), exposure({ flag, exposedAtMs, ...other })];
    await send(batchBytes({ exposures: sent }));
    expect(await rows()).toHaveLength(rowCount);
  });

  test("a batch that comes five times, at once and again, is stored once", async () => {
    const batch = batchBytes({ exposures: exposures(50, { flag }), trackEvents: [trackEvent({ name: flag })] });
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(batch)));
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect((await send(batch)).duplicate).toBe(true);
    const stored = await rows();
    expect(stored).toHaveLength(50);
    expect(stored.every(({ timesReported }) => timesReported === 1)).toBe(true);
  });

  test("fifty batches at once are all stored", async () => {
    const batches = Array.from({ length: 50 }, (_, index) =>
      batchBytes({ exposures: exposures(10, { flag }, index * 10) }),
    );
    const answers = await Promise.all(batches.map((batch) => send(batch)));
    expect(answers.some(({ duplicate }) => duplicate)).toBe(false);
    expect(new Set((await rows()).map(({ unit }) => unit)).size).toBe(500);
  });

  test("events are stored beside exposures, with their properties", async () => {
    const properties = { plan: "pro", items: [1, { sku: null }], ok: true };
    await send(
      batchBytes({ trackEvents: [trackEvent({ name: flag, value: 9.5, properties }), trackEvent({ name: flag })] }),
    );
    const found = [];
    for await (const event of endpoint.store.readTrackEvents({ audience: "web.test" })) {
      if (event.name === flag) found.push(event);
    }
    expect(found).toMatchObject([
      { value: 9.5, properties, unit: "user-1" },
      { value: undefined, properties: {} },
    ]);
  });

  test("an empty batch carries a status and is accepted", async () => {
    expect(await send(batchBytes())).toMatchObject({ duplicate: false, rejected: [] });
  });
});

describe("rows refused one by one", () => {
  test.each<{ name: string; row: () => Exposure; code: string }>([
    { name: "an id of other content", row: () => exposure({ flag, exposureId: randomBytes(16) }), code: "id_mismatch" },
    { name: "an id for another audience", row: () => exposure({ flag }, "api.test"), code: "id_mismatch" },
    { name: "an id that is too short", row: () => exposure({ flag, exposureId: randomBytes(8) }), code: "malformed" },
    { name: "no flag", row: () => exposure({ flag: "" }), code: "malformed" },
    { name: "a text with U+0000", row: () => exposure({ flag, unit: "a\0b" }), code: "malformed" },
    { name: "a text that is too long", row: () => exposure({ flag, unit: "u".repeat(8_193) }), code: "malformed" },
    {
      name: "a day that is not the moment's",
      row: () => exposure({ flag, windowDay: "2020-01-01" }),
      code: "malformed",
    },
    { name: "a day that is none", row: () => exposure({ flag, windowDay: "today" }), code: "malformed" },
  ])("$name: $code, and the others are stored", async ({ row, code }) => {
    const sent = [exposure({ flag, unit: "first" }), row(), exposure({ flag, unit: "last" })];
    const { rejected } = await send(batchBytes({ exposures: sent }));
    expect(rejected).toMatchObject([{ index: 1, trackEvent: false, code }]);
    expect((await rows()).map(({ unit }) => unit).sort()).toEqual(["first", "last"]);
  });

  test("a repeated batch is answered with the same refusals", async () => {
    const batch = batchBytes({ exposures: [exposure({ flag, exposureId: randomBytes(16) })] });
    const [first, second] = [await send(batch), await send(batch)];
    expect([first.duplicate, second.duplicate]).toEqual([false, true]);
    expect(second.rejected).toEqual(first.rejected);
  });

  test("events say that they are events", async () => {
    const events = [trackEvent(), trackEvent({ name: "" }), trackEvent({ value: Number.NaN })];
    const { rejected } = await send(batchBytes({ trackEvents: events }));
    expect(rejected).toMatchObject([1, 2].map((index) => ({ index, trackEvent: true, code: "malformed" })));
  });
});

describe("batches refused as a whole", () => {
  const hourMs = 3_600_000;
  const minuteMs = 60_000;
  const now = Date.now();

  test.each([
    { name: "S-02: sent 47:59 after it was sealed", ageMs: 48 * hourMs - minuteMs, code: null },
    { name: "S-02: sent 48:01 after it was sealed", ageMs: 48 * hourMs + minuteMs, code: "too_old" },
    { name: "S-02: sent 73 hours after it was sealed", ageMs: 73 * hourMs, code: "too_old" },
    { name: "by a clock that stepped back", ageMs: -hourMs, code: null },
  ])("$name → $code", async ({ ageMs, code }) => {
    const batch = batchBytes({ createdAtMs: now, exposures: exposures(1, { flag }) });
    const error = await send(batch, { sentAtMs: now + ageMs }).then(() => undefined, ConnectError.from);
    expect(error?.metadata.get("aplomb-code") ?? null).toBe(code);
    expect(error?.code).toBe(code === null ? undefined : Code.FailedPrecondition);
    expect(await rows()).toHaveLength(code === null ? 1 : 0);
  });

  test("a wrong clock of the client loses nothing", async () => {
    const in2031 = Date.UTC(2031, 5, 1);
    await send(batchBytes({ createdAtMs: in2031, exposures: exposures(1, { flag }) }), { sentAtMs: in2031 + 1_000 });
    expect(await rows()).toHaveLength(1);
  });

  test.each<{ name: string; key: string | undefined; audience: string; code: Code; reason: string }>([
    { name: "no key", key: undefined, audience: "web.test", code: Code.Unauthenticated, reason: "unknown_key" },
    { name: "a wrong key", key: "nope", audience: "web.test", code: Code.Unauthenticated, reason: "unknown_key" },
    {
      name: "a key of another audience",
      key: serviceKey,
      audience: "web.test",
      code: Code.PermissionDenied,
      reason: "wrong_audience",
    },
    {
      name: "a foreign audience",
      key: pageKey,
      audience: "api.test",
      code: Code.PermissionDenied,
      reason: "wrong_audience",
    },
  ])("S-03: $name → $reason, no row", async ({ key, audience, code, reason }) => {
    const batch = batchBytes({ audience, exposures: exposures(1, { flag }, 0, audience) });
    const client = connectClient(endpoint.server.url, key);
    const error = await refused(client.publishExposures({ batch, sentAtMs: BigInt(now) }));
    expect([error.code, error.metadata.get("aplomb-code")]).toEqual([code, reason]);
    expect(await rows()).toEqual([]);
  });

  test.each<{ name: string; batch: Uint8Array; says: string }>([
    { name: "no bytes", batch: new Uint8Array(), says: "batch_id has 0 bytes" },
    { name: "random bytes", batch: Buffer.from("hello, this is no protobuf"), says: "cannot be read" },
    { name: "a cut batch", batch: batchBytes({ exposures: exposures(2) }).slice(0, -3), says: "cannot be read" },
    { name: "a short batch id", batch: batchBytes({ batchId: randomBytes(15) }), says: "batch_id has 15 bytes" },
    { name: "no instance id", batch: batchBytes({ instanceId: new Uint8Array() }), says: "instance_id" },
    { name: "no audience", batch: batchBytes({ audience: "" }), says: "audience is empty" },
    { name: "no moment", batch: batchBytes({ createdAtMs: 0 }), says: "created_at_ms" },
    {
      name: "a sequence that runs back",
      batch: batchBytes({ sequenceFirst: 5, sequenceLast: 4 }),
      says: "sequence_last",
    },
  ])("$name → malformed", async ({ batch, says }) => {
    const error = await refused(send(batch));
    expect([error.code, error.metadata.get("aplomb-code")]).toEqual([Code.InvalidArgument, "malformed"]);
    expect(error.rawMessage).toContain(says);
  });
});

describe("other ways to send", () => {
  const post = (body: BodyInit, headers: Record<string, string>) =>
    fetch(`${endpoint.server.url}/aplomb.v1.ResolveService/PublishExposures`, {
      method: "POST",
      headers: { authorization: `Bearer ${pageKey}`, "content-type": "application/proto", ...headers },
      body,
    });

  test("a plain POST of the bytes that core writes", async () => {
    const batch = batchBytes({ exposures: exposures(2, { flag }) });
    const response = await post(writePublishRequest(batch, Date.now()), {});
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(await rows()).toHaveLength(2);
  });

  test("the same, compressed", async () => {
    const request = writePublishRequest(batchBytes({ exposures: exposures(200, { flag }) }), Date.now());
    const response = await post(gzipSync(request), { "content-encoding": "gzip" });
    expect(response.status).toBe(200);
    expect(await rows()).toHaveLength(200);
  });

  test("gRPC-Web", async () => {
    const setKey: Interceptor = (next) => (request) => {
      request.header.set("authorization", `Bearer ${pageKey}`);
      return next(request);
    };
    const transport = createGrpcWebTransport({ baseUrl: endpoint.server.url, interceptors: [setKey] });
    const batch = batchBytes({ exposures: exposures(2, { flag }) });
    await createClient(ResolveService, transport).publishExposures({ batch, sentAtMs: BigInt(Date.now()) });
    expect(await rows()).toHaveLength(2);
  });

  test("a body that is no message is the sender's mistake", async () => {
    const response = await post("hello, this is no protobuf", {});
    expect([response.status, response.headers.get("aplomb-code")]).toEqual([400, "malformed"]);
    expect(await response.json()).toMatchObject({ code: "invalid_argument" });
  });

  test.each([
    { name: "4 MiB and some as they are", body: Buffer.alloc(4 * 1024 * 1024 + 2_048), encoding: "identity" },
    { name: "16 MiB compressed", body: gzipSync(Buffer.alloc(16 * 1024 * 1024)), encoding: "gzip" },
    { name: "a bomb of 256 MiB", body: gzipSync(Buffer.alloc(256 * 1024 * 1024)), encoding: "gzip" },
  ])("S-05: $name answer 413, and cost no more than is read", async ({ body, encoding }) => {
    const rssBefore = process.memoryUsage.rss();
    const response = await post(body, { "content-encoding": encoding });
    expect([response.status, response.headers.get("aplomb-code")]).toEqual([413, "too_large"]);
    expect(await response.text()).toContain("resource_exhausted");
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(32 * 1024 * 1024);
  });
});
