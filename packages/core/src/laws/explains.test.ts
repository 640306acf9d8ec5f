/** Explanations: what explain says is what resolve does, on every conformance vector and on random bundles. @module */
import { bundles, contexts, materializationRecords } from "@aplomb/testkit/arbitraries";
import { vectorCases } from "@aplomb/testkit/conformance";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bucketOf,
  type EvaluationContext,
  type Explanation,
  explain,
  openBundle,
  type ResolveOptions,
  type RuleExplanation,
  resolve,
} from "../index.js";

const isDeep = process.env.APLOMB_DEEP === "1";

interface Question {
  readonly bundle: Uint8Array;
  readonly flag: string;
  readonly context: EvaluationContext;
  readonly options: ResolveOptions;
}

/** Every object within data, itself included. */
function objectsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Record<string, unknown>, ...inner];
}

/** What within data JSON cannot hold. A property without a value may be left out; -0 may become 0. */
function notJson(value: unknown): unknown[] {
  if (value === null || value === undefined || ["string", "boolean"].includes(typeof value)) return [];
  if (typeof value === "number") return Number.isFinite(value) ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((element) => element === undefined ? [element] : notJson(element));
  const isPlain = typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? Object.values(value).flatMap(notJson) : [value];
}

/** The rules that decided, and how. */
function decisionOf({ resolution, rules }: Explanation) { }
