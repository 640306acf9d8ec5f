/** Writes exposure batches and publish requests, and reads the answer. @module */
import type { Fallthrough } from "../details.js";
import type { Exposure } from "../exposure.js";
import { utf8Of } from "../utf8.js";
import { isJsonObject, type JsonObject, type JsonValue } from "../value.js";
import { WireWriter } from "./wire-writer.js";

/** Something the application measured. */
export interface TrackEvent {
  /** 16 random bytes. */
  readonly eventId: Uint8Array;
  readonly name: string;
  readonly unit: string;
  readonly value?: number | undefined;
  readonly properties?: JsonObject | undefined;
  readonly trackedAtMs: number;
}

/** What the client runs and what it refused. */
export interface BundleStatus {
  readonly epoch: number;
  readonly version: number;
  /** 32 bytes, or none. */
  readonly sha256: Uint8Array;
  readonly ageMs: number;
  readonly rejectedVersion: number;
  readonly rejectedCode: string;
  readonly quarantinedFlags: readonly string[];
}

/** What goes into one sealed batch. */
export interface ExposureBatch {
  /** 16 random bytes, drawn when the batch is sealed. */
  readonly batchId: Uint8Array;
  /** 16 random bytes, drawn when the client was made. */
  readonly instanceId: Uint8Array;
  readonly sequenceFirst: number;
  readonly sequenceLast: number;
  readonly createdAtMs: number;
  /** Such as "aplomb-node/0.1.0". */
  readonly sdk: string;
  readonly audience: string;
  readonly bundleStatus: BundleStatus;
  /** Dropped so far, by reason. */
  readonly losses: ReadonlyMap<string, number>;
  readonly exposures: readonly Exposure[];
  readonly trackEvents: readonly TrackEvent[];
}

/** The bytes of a batch: written once, sent as often as it takes. */
export function writeExposureBatch(batch: ExposureBatch): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter()
    .bytes(1, batch.batchId)
    .bytes(2, batch.instanceId)
    .number(3, batch.sequenceFirst)
    .number(4, batch.sequenceLast)
    .number(5, Math.trunc(batch.createdAtMs))
    .text(6, batch.sdk)
    .text(7, batch.audience)
    .message(8, bundleStatus(batch.bundleStatus));
  for (const [reason, count] of batch.losses) writer.message(9, new WireWriter().text(1, reason).number(2, count));
  for (const exposure of batch.exposures) writer.message(10, exposureMessage(exposure));
  for (const event of batch.trackEvents) writer.message(11, trackEvent(event));
  return writer.finish();
}

/** A publish request around the bytes of a batch. */
export function writePublishRequest(batch: Uint8Array, sentAtMs: number): Uint8Array<ArrayBuffer> {
  return new WireWriter().bytes(1, batch).number(2, Math.trunc(sentAtMs)).finish();
}

function bundleStatus(status: BundleStatus): WireWriter {
  const writer = new WireWriter()
    .number(1, status.epoch)
    .number(2, status.version)
    .bytes(3, status.sha256)
    .number(4, Math.trunc(status.ageMs))
    .number(5, status.rejectedVersion)
    .text(6, status.rejectedCode);
  for (const key of status.quarantinedFlags) writer.text(7, key);
  return writer;
}

function exposureMessage(exposure: Exposure): WireWriter {
  const writer = new WireWriter()
    .text(1, exposure.flag)
    .text(2, exposure.variant)
    .text(3, exposure.rule)
    .text(4, exposure.assignmentId)
    .text(5, exposure.unitSelector)
    .text(6, exposure.unit);
  for (const passed of exposure.fallthroughs) writer.message(7, fallthrough(passed));
  return writer
    .number(8, exposure.bundleVersion)
    .number(9, Math.trunc(exposure.exposedAtMs))
    .text(10, exposure.windowDay)
    .bytes(11, exposure.exposureId);
}

function fallthrough({ rule, assignmentId, unit, unitSelector }: Fallthrough): WireWriter {
  return new WireWriter().text(1, rule).text(2, assignmentId).text(3, unit).text(4, unitSelector);
}

function trackEvent(event: TrackEvent): WireWriter {
  const writer = new WireWriter().bytes(1, event.eventId).text(2, event.name).text(3, event.unit);
  if (event.value !== undefined) writer.presentDouble(4, event.value);
  if (event.properties !== undefined) writer.message(5, struct(event.properties));
  return writer.number(6, Math.trunc(event.trackedAtMs));
}

function struct(object: JsonObject): WireWriter {
  const writer = new WireWriter();
  for (const key of Object.keys(object)) {
    writer.message(1, new WireWriter().text(1, key).message(2, value(object[key] ?? null)));
  }
  return writer;
}

function value(json: JsonValue): WireWriter {
  const writer = new WireWriter();
  if (typeof json === "number") return writer.presentDouble(2, json);
  if (typeof json === "string") return writer.presentBytes(3, utf8Of(json));
  if (typeof json === "boolean") return writer.presentNumber(4, json ? 1 : 0);
  if (json === null) return writer.presentNumber(1, 0);
  if (isJsonObject(json)) return writer.message(5, struct(json));
  const list = new WireWriter();
  for (const element of json) list.message(1, value(element));
  return writer.message(6, list);
}
