/** Wire: what core writes is, byte for byte, what generated code writes of the same data, and reads back as that. @module */
import { ExposureBatchSchema } from "@aplomb/proto/exposure";
import { PublishExposuresRequestSchema } from "@aplomb/proto/resolve-service";
import { messageInits, plainOf } from "@aplomb/testkit/arbitraries";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ExposureBatch, writeExposureBatch, writePublishRequest } from "../index.js";

const numRuns = process.env.APLOMB_DEEP === "1" ? 20_000 : 150;
const patient = { timeout: 1_800_000 };
const empty = new Uint8Array();

/** Messages in which nothing is missing that core's types ask for, and no reason of a loss occurs twice. */
const messages = messageInits(ExposureBatchSchema).map(({ losses = [], bundleStatus = {}, ...init }) => {
  const byReason = new Map(losses.map(({ reason = "", count = 0n }) => [reason, { reason, count }]));
  return create(ExposureBatchSchema, { ...init, bundleStatus, losses: [...byReason.values()] });
});

/** Data as core's writer takes it. */
function batchOf(plain: unknown): ExposureBatch {
  const { losses, ...batch } = plain as Omit<ExposureBatch, "losses"> & { losses: { reason: string; count: number }[] };
  return { ...batch, losses: new Map(losses.map(({ reason, count }) => [reason, count])) };
}

test("batches", patient, () => {
  const law = fc.property(messages, (message) => {
    const bytes = writeExposureBatch(batchOf(plainOf(message)));
    expect(fromBinary(ExposureBatchSchema, bytes)).toEqual(message);
    expect(Buffer.from(bytes).equals(toBinary(ExposureBatchSchema, message))).toBe(true);
  });
  fc.assert(law, { numRuns });
});

test("publish requests", patient, () => {
  const law = fc.property(messageInits(PublishExposuresRequestSchema), ({ batch = empty, sentAtMs = 0n }) => {
    const message = create(PublishExposuresRequestSchema, { batch, sentAtMs });
    const bytes = writePublishRequest(batch, Number(sentAtMs));
    expect(Buffer.from(bytes).equals(toBinary(PublishExposuresRequestSchema, message))).toBe(true);
  });
  fc.assert(law, { numRuns });
});

test("texts that are not well-formed become what generated code makes of them", patient, () => {
  const texts = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) });
  const law = fc.property(texts, texts, (sdk, key) => {
    const trackEvents = [{ properties: { [key]: [key] } }];
    const message = create(ExposureBatchSchema, { sdk, trackEvents, bundleStatus: {} });
    const bytes = writeExposureBatch(batchOf(plainOf(message)));
    expect(Buffer.from(bytes).equals(toBinary(ExposureBatchSchema, message))).toBe(true);
  });
  fc.assert(law, { numRuns });
});
