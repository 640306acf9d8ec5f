/** The conformance vectors as tests take them: bundles as bytes, contexts as values. @module */
import { readdirSync, readFileSync } from "node:fs";
import type { EvaluationContext, JsonValue, MaterializationRecord, Resolution } from "@aplomb/core";
import {
  BloomFilterEntrySchema,
  BloomFilterSchema,
  BundleSchema,
  FlagEntrySchema,
  FlagSchema,
  SegmentEntrySchema,
  SegmentSchema,
} from "@aplomb/proto/bundle";
import { create, type DescMessage, fromJson, fromJsonString, type JsonObject, toBinary } from "@bufbuild/protobuf";
import { taggedContext } from "./tagged-context.js";

/** The folder of the vectors, of their schema and of the golden bundles. */
export const CONFORMANCE: URL = new URL("../../../conformance/", import.meta.url);

/** What a resolution has to be. A field that is not here is not compared; a value of null is no value. */
export interface ExpectedResolution
  extends Partial<Omit<Resolution, "flagKey" | "value" | "errorMessage" | "pending" | "errorCode">> {
  readonly value?: JsonValue;
  readonly pending: Resolution["pending"] | null;
  readonly errorCode: string | null;
}

/** What a typed read has to be. A variant that is not here is not compared. */
export interface ExpectedDetails {
  readonly value: JsonValue;
  readonly reason: string;
  readonly variant?: string;
  readonly errorCode: string | null;
}

/** A case that resolves a flag. */
export interface ResolveCase {
  readonly kind: "resolve";
  readonly title: string;
  readonly bundle: Uint8Array<ArrayBuffer>;
  readonly context: EvaluationContext;
  readonly flag: string;
  readonly options: { readonly materializations?: "deferred" | readonly MaterializationRecord[] };
  readonly expect: ExpectedResolution;
  /** What an evaluator needs to come to an answer at all; undefined: nothing special. */
  readonly needs: string | undefined;
}

/** A case that reads a typed value. */
export interface ReadCase {
  readonly kind: "read";
  readonly title: string;
  readonly bundle: Uint8Array<ArrayBuffer>;
  readonly context: EvaluationContext;
  readonly key: string;
  readonly defaultValue: JsonValue;
  readonly expect: ExpectedDetails;
}

/** One file of vectors, as written; conformance/schema/vector.schema.json says what is in it. */
export interface Vector {
  /** The path below the folder, such as `targeting/a-path-walks-objects-only.json`. */
  readonly path: string;
  readonly title: string;
  readonly clauses: readonly string[];
  readonly by: "hand" | "naive";
  readonly bundle: JsonObject;
  readonly cases: readonly VectorCase[];
}

/** A case, as written. */
export interface VectorCase {
  readonly context: unknown;
  readonly by?: "hand" | "naive";
  readonly note?: string;
  readonly needs?: string;
  readonly flag?: string;
  readonly read?: { readonly key: string; readonly default: JsonValue };
  readonly options?: ResolveCase["options"];
  readonly expect: JsonObject;
}

/** All vectors, in the order of their paths. */
export function loadVectors(): Vector[] {
  const folders = readdirSync(CONFORMANCE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const paths = folders.flatMap(({ name }) =>
    readdirSync(new URL(`${name}/`, CONFORMANCE)).map((file) => `${name}/${file}`),
  );
  return paths
    .filter((path) => path.endsWith(".json") && !/^(hash|bundles)\/|\.schema\.json$/.test(path))
    .sort()
    .map((path) => ({ path, ...JSON.parse(readFileSync(new URL(path, CONFORMANCE), "utf8")) }));
}

/** The cases of all vectors, or of some, ready to be run. */
export function vectorCases(vectors: readonly Vector[] = loadVectors()): (ResolveCase | ReadCase)[] {
  return vectors.flatMap((vector) => {
    const bundle = vectorBundle(vector.bundle);
    return vector.cases.map((written, index) => {
      const about = written.note ?? JSON.stringify(written.context).slice(0, 60);
      const title = `${vector.path.replace(/\.json$/, "")} ${index + 1} ${about}`;
      return caseOf(written, title, bundle);
    });
  });
}

function caseOf(written: VectorCase, title: string, bundle: Uint8Array<ArrayBuffer>): ResolveCase | ReadCase {
  const context = taggedContext(written.context);
  if (written.read) {
    const expect = { errorCode: null, ...written.expect } as unknown as ExpectedDetails;
    const { key, default: defaultValue } = written.read;
    return { kind: "read", title, bundle, context, key, defaultValue, expect };
  }
  const silent = { variant: "", fallthroughs: [], writes: [], pending: null, errorCode: null };
  return {
    kind: "resolve",
    title,
    bundle,
    context,
    flag: written.flag ?? "",
    options: written.options ?? {},
    expect: { ...silent, ...written.expect } as unknown as ExpectedResolution,
    needs: written.needs,
  };
}

/** The part of a resolution that a case speaks of. */
export function comparedResolution(resolution: Resolution, expect: ExpectedResolution): ExpectedResolution {
  return picked({ value: null, pending: null, errorCode: null }, resolution, expect);
}

/** The part of a read's details that a case speaks of. */
export function comparedDetails(details: object, expect: ExpectedDetails): ExpectedDetails {
  return picked({ errorCode: null }, details, expect);
}

/** The fields of an answer that an expectation has, where undefined is what `missing` says. */
function picked<T extends object>(missing: object, answer: object, expect: T): T {
  const present = Object.entries(answer).filter(([, value]) => value !== undefined);
  const whole: Record<string, unknown> = { ...missing, ...Object.fromEntries(present) };
  return Object.fromEntries(Object.keys(expect).map((key) => [key, whole[key]])) as T;
}

/** The bytes of a vector's bundle: a golden file, or proto3 JSON with the entries' messages in their places. */
export function vectorBundle(json: JsonObject): Uint8Array<ArrayBuffer> {
  if (typeof json.golden === "string") return Uint8Array.from(readFileSync(new URL(json.golden, CONFORMANCE)));
  const { flags = [], segments = [], bloomFilters = [], ...rest } = json as { readonly [key: string]: JsonObject[] };
  const bundle = fromJson(BundleSchema, { schema: 1, ...rest } as JsonObject);
  for (const { key, flag } of flags) {
    bundle.flags.push(create(FlagEntrySchema, { key: `${key}`, flag: entryBytes(FlagSchema, flag) }));
  }
  for (const { id, segment } of segments) {
    bundle.segments.push(create(SegmentEntrySchema, { id: `${id}`, segment: entryBytes(SegmentSchema, segment) }));
  }
  for (const { materializedSegment, filter } of bloomFilters) {
    const entry = { materializedSegment: `${materializedSegment}`, filter: entryBytes(BloomFilterSchema, filter) };
    bundle.bloomFilters.push(create(BloomFilterEntrySchema, entry));
  }
  return toBinary(BundleSchema, bundle);
}

/** An entry is a message in JSON, or the base64 of bytes that are taken as they are. */
function entryBytes(schema: DescMessage, json: unknown): Uint8Array<ArrayBuffer> {
  if (typeof json === "string") return Uint8Array.from(Buffer.from(json, "base64"));
  return toBinary(schema, fromJsonString(schema, JSON.stringify(json)));
}
