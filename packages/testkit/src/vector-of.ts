/** A finding of a property test as a vector: what to paste into conformance/. @module */
import type { EvaluationContext, MaterializationRecord, Resolution } from "@aplomb/core";
import { BloomFilterSchema, BundleSchema, FlagSchema, SegmentSchema } from "@aplomb/proto/bundle";
import { type DescMessage, fromBinary, type JsonValue, toJson } from "@bufbuild/protobuf";

/** What was evaluated, and what it should have come to. */
export interface Finding {
  readonly bundle: Uint8Array;
  readonly flag: string;
  readonly context: EvaluationContext;
  readonly options: { readonly materializations?: "deferred" | readonly MaterializationRecord[] };
  readonly expected: Resolution;
}

/** The JSON text of a vector that holds one finding; its title, its clauses and its name are for people. */
export function vectorOf({ bundle, flag, context, options, expected }: Finding): string {
  const { flagKey: _key, errorMessage: _message, value = null, ...rest } = expected;
  const needsOptions = options.materializations !== undefined;
  const only = { context: tagged(context), flag, ...(needsOptions ? { options } : {}), expect: { ...rest, value } };
  const vector = { title: "", clauses: [], by: "naive", bundle: bundleJsonOf(bundle), cases: [only] };
  return JSON.stringify(vector, undefined, 2);
}

/** A bundle as a vector writes it: proto3 JSON with the entries' messages in place of their bytes. */
function bundleJsonOf(bytes: Uint8Array): object {
  const { allocationSalt, flags, segments, bloomFilters } = fromBinary(BundleSchema, bytes);
  return {
    allocationSalt,
    segments: segments.map(({ id, segment }) => ({ id, segment: entryOf(SegmentSchema, segment) })),
    flags: flags.map(({ key, flag }) => ({ key, flag: entryOf(FlagSchema, flag) })),
    bloomFilters: bloomFilters.map(({ materializedSegment, filter }) => ({
      materializedSegment,
      filter: entryOf(BloomFilterSchema, filter),
    })),
  };
}

/** An entry with unknown fields stays bytes: JSON would lose them. */
function entryOf(schema: DescMessage, bytes: Uint8Array): JsonValue {
  const message = fromBinary(schema, bytes);
  return message.$unknown ? Buffer.from(bytes).toString("base64") : toJson(schema, message);
}

/** A value of a context with tags for what JSON cannot hold; the other way round than `taggedContext`. */
function tagged(value: unknown): unknown {
  if (typeof value === "number") return taggedNumber(value);
  if (typeof value === "string") return /\p{Surrogate}/u.test(value) ? { $utf16: utf16Of(value) } : value;
  if (typeof value === "bigint") return { $bigint: String(value) };
  if (value === undefined) return { $absent: true };
  if (typeof value === "function" || typeof value === "symbol") return { [`$${typeof value}`]: true };
  if (value instanceof Date) return { $date: Number.isNaN(value.getTime()) ? null : value.toISOString() };
  if (Array.isArray(value)) return value.map(tagged);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, tagged(inner)]));
}

function taggedNumber(value: number): unknown {
  if (Object.is(value, -0)) return { $number: "-0" };
  return Number.isFinite(value) ? value : { $number: String(value) };
}

function utf16Of(text: string): string {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, "0")).join(" ");
}
