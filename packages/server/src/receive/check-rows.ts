/** Decides row by row what of a batch is stored. @module */
import { type Exposure, exposureIdOf, type Fallthrough, type JsonObject, windowDayOf } from "@aplomb/core";
import type { ExposureBatch, Exposure as ExposureMessage, TrackEvent } from "@aplomb/proto/exposure";
import type { ImplausibleExposure, TrackedEvent } from "../exposure-store.js";
import { type Judge, noJudge } from "./judge-batch.js";

/** Why a row is refused. The other rows of its batch are stored. `implausible`: no evaluation can have led to it. */
export type RowProblem = "id_mismatch" | "malformed" | "implausible";

/** A row that is not stored, and why. */
export interface RefusedRow {
  /** Its place among the batch's exposures, or among its track events. */
  readonly index: number;
  readonly trackEvent: boolean;
  readonly code: RowProblem;
}

/** The rows of a batch, told apart. */
export interface CheckedRows {
  /** What is stored as it is. */
  readonly exposures: readonly Exposure[];
  /** How many of them nobody could judge. */
  readonly unjudged: number;
  /** What cannot be true; refused, and kept apart. */
  readonly implausible: readonly ImplausibleExposure[];
  readonly trackEvents: readonly TrackedEvent[];
  readonly refused: readonly RefusedRow[];
}

const maxFlagLength = 256;
const maxTextLength = 8_192;
const maxFallthroughs = 200;
const maxPropertiesLength = 16_384;
const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);
const dayMs = 86_400_000;

/** Checks every row; the same batch always gives the same answer, but for what `judge` has come to know. */
export function checkRows(batch: ExposureBatch, judge: Judge = noJudge): CheckedRows {
  const refused: RefusedRow[] = [];
  const sorted = sortExposures(batch, judge, refused);
  const trackEvents: TrackedEvent[] = [];
  batch.trackEvents.forEach((message, index) => {
    const event = trackedEventOf(message);
    if (event === undefined) refused.push({ index, trackEvent: true, code: "malformed" });
    else trackEvents.push(event);
  });
  return { ...sorted, trackEvents, refused };
}

/** Tells exposures apart by what can be said of them. */
function sortExposures(
  batch: ExposureBatch,
  judge: Judge,
  refused: RefusedRow[],
): Pick<CheckedRows, "exposures" | "unjudged" | "implausible"> {
  const exposures: Exposure[] = [];
  const implausible: ImplausibleExposure[] = [];
  let unjudged = 0;
  const dayOf = createDays();
  batch.exposures.forEach((message, index) => {
    const refuse = (code: RowProblem): void => void refused.push({ index, trackEvent: false, code });
    const exposure = exposureOf(message, dayOf);
    if (exposure === undefined) refuse("malformed");
    else if (!sameBytes(exposureIdOf(exposure, batch.audience), exposure.exposureId)) refuse("id_mismatch");
    else {
      const verdict = judge(exposure);
      if (verdict === "unjudged") unjudged++;
      if (verdict === "unjudged" || verdict === "plausible") exposures.push(exposure);
      else {
        implausible.push({ exposure, code: verdict });
        refuse("implausible");
      }
    }
  });
  return { exposures, unjudged, implausible };
}

/** The exposure of a message; undefined for one that cannot be stored as it is. */
function exposureOf(message: ExposureMessage, dayOf: (atMs: number) => string): Exposure | undefined {
  const { flag, variant, rule, assignmentId, unitSelector, unit, windowDay, exposureId } = message;
  if (flag === "" || exposureId.length !== 16 || message.bundleVersion > maxSafe) return undefined;
  if (!isText(flag, maxFlagLength) || !isText(variant) || !isText(rule) || !isText(assignmentId)) return undefined;
  if (!isText(unitSelector) || !isText(unit)) return undefined;
  const exposedAtMs = momentOf(message.exposedAtMs);
  if (exposedAtMs === undefined || dayOf(exposedAtMs) !== windowDay) return undefined;
  const fallthroughs = fallthroughsOf(message);
  if (fallthroughs === undefined) return undefined;
  const bundleVersion = Number(message.bundleVersion);
  return {
    flag,
    variant,
    rule,
    assignmentId,
    unitSelector,
    unit,
    fallthroughs,
    bundleVersion,
    exposedAtMs,
    windowDay,
    exposureId,
  };
}

const noFallthroughs: readonly Fallthrough[] = [];

function fallthroughsOf({ fallthroughs }: ExposureMessage): readonly Fallthrough[] | undefined {
  if (fallthroughs.length === 0) return noFallthroughs;
  if (fallthroughs.length > maxFallthroughs) return undefined;
  const passed = fallthroughs.map(({ rule, assignmentId, unit, unitSelector }) => ({
    rule,
    assignmentId,
    unit,
    unitSelector,
  }));
  return passed.every((one) => Object.values(one).every((text) => isText(text))) ? passed : undefined;
}

/** Core's day of a moment, worked out once for the many exposures of one day. */
function createDays(): (atMs: number) => string {
  const days = new Map<number, string>();
  return (atMs) => {
    const number = Math.floor(atMs / dayMs);
    const known = days.get(number);
    if (known !== undefined) return known;
    const day = windowDayOf(atMs);
    days.set(number, day);
    return day;
  };
}

/** The event of a message; undefined for one that cannot be stored as it is. */
function trackedEventOf(message: TrackEvent): TrackedEvent | undefined {
  const { eventId, name, unit, value } = message;
  if (eventId.length !== 16 || name === "" || !isText(name, maxFlagLength) || !isText(unit)) return undefined;
  if (value !== undefined && !Number.isFinite(value)) return undefined;
  const trackedAtMs = momentOf(message.trackedAtMs);
  const properties: JsonObject = message.properties ?? {};
  if (trackedAtMs === undefined || JSON.stringify(properties).length > maxPropertiesLength) return undefined;
  return { eventId, name, unit, value, properties, trackedAtMs };
}

/** Whether a text can be stored: short enough, and without U+0000, which databases end a text at. */
function isText(text: string, maxLength = maxTextLength): boolean {
  return text.length <= maxLength && !text.includes("\0");
}

/** A moment as a number; undefined when it is not exact as one. */
function momentOf(atMs: bigint): number | undefined {
  const number = Number(atMs);
  return Number.isSafeInteger(number) ? number : undefined;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
