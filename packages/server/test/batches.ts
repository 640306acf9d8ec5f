/** Makes exposure batches for tests, with the writer that clients use. @module */
import { randomBytes } from "node:crypto";
import {
  bucketOf,
  type Exposure,
  type ExposureBatch,
  exposureIdOf,
  type TrackEvent,
  windowDayOf,
  writeExposureBatch,
} from "@aplomb/core";
import { ResolveService } from "@aplomb/proto/resolve-service";
import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";

/** A real exposure of the audience web.test, unless told otherwise. Its id is right unless it is given. */
export function exposure(fields: Partial<Exposure> = {}, audience = "web.test"): Exposure {
  const exposedAtMs = fields.exposedAtMs ?? Date.now();
  const identity = {
    flag: "checkout",
    variant: "treatment",
    rule: "checkout/split",
    assignmentId: "checkout/split/treatment",
    unitSelector: "targeting_key",
    unit: "user-1",
    fallthroughs: [],
    windowDay: windowDayOf(exposedAtMs),
    ...fields,
  };
  return {
    bundleVersion: 1,
    ...identity,
    exposedAtMs,
    exposureId: fields.exposureId ?? exposureIdOf(identity, audience),
  };
}

/** Exposures of units user-<from> … user-<from + count - 1>. */
export function exposures(count: number, fields: Partial<Exposure> = {}, from = 0, audience = "web.test"): Exposure[] {
  return Array.from({ length: count }, (_, index) => exposure({ ...fields, unit: `user-${from + index}` }, audience));
}

/** The first units user-0, user-1 … whose bucket of a hundred is in a range, for a rule with this salt. */
export function unitsIn(salt: string, lower: number, upper: number, count: number): string[] {
  const units: string[] = [];
  for (let number = 0; units.length < count; number++) {
    const bucket = bucketOf(salt, `user-${number}`, 100);
    if (lower <= bucket && bucket < upper) units.push(`user-${number}`);
  }
  return units;
}

/** A tracked event. */
export function trackEvent(fields: Partial<TrackEvent> = {}): TrackEvent {
  return { eventId: randomBytes(16), name: "purchase", unit: "user-1", trackedAtMs: Date.now(), ...fields };
}

/** The bytes of a sealed batch for web.test; what is left out gets a sensible value. */
export function batchBytes(fields: Partial<ExposureBatch> = {}): Uint8Array<ArrayBuffer> {
  const records = (fields.exposures?.length ?? 0) + (fields.trackEvents?.length ?? 0);
  return writeExposureBatch({
    batchId: randomBytes(16),
    instanceId: randomBytes(16),
    sequenceFirst: records === 0 ? 0 : 1,
    sequenceLast: records,
    createdAtMs: Date.now(),
    sdk: "aplomb-test/0.1.0",
    audience: "web.test",
    bundleStatus: {
      ...{ epoch: 1, version: 1, sha256: new Uint8Array(32), ageMs: 0 },
      ...{ rejectedVersion: 0, rejectedCode: "", quarantinedFlags: [] },
    },
    losses: new Map(),
    exposures: [],
    trackEvents: [],
    ...fields,
  });
}

/** A Connect client over fetch, as services and pages use it. */
export function connectClient(url: string, key?: string): Client<typeof ResolveService> {
  const transport = createConnectTransport({
    baseUrl: url,
    useBinaryFormat: true,
    interceptors: [
      (next) => (request) => {
        if (key !== undefined) request.header.set("authorization", `Bearer ${key}`);
        return next(request);
      },
    ],
  });
  return createClient(ResolveService, transport);
}
