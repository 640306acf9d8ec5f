/** Reads the JSON that options ask for: from a file, from standard input, or written in the command line. @module */
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { type EvaluationContext, FlagError, type JsonValue, type MaterializationRecord } from "@aplomb/core";

/**
 * The evaluation context of `--context`.
 *
 * @param source - A file, `-` for standard input, or JSON that begins with a brace or a bracket.
 * @throws FlagError OPTION for anything but a JSON object.
 */
export async function readContext(source: string): Promise<EvaluationContext> {
  const context = parse("--context", await textOf(source));
  if (typeof context === "object" && context !== null && !Array.isArray(context)) return context as EvaluationContext;
  throw new FlagError("OPTION", '--context: it is not a JSON object such as {"targetingKey":"user-1"}');
}

/**
 * The stored assignments of `--materializations`.
 *
 * @param source - A file, `-` for standard input, JSON that begins with a bracket, or "deferred".
 * @throws FlagError OPTION for anything but a JSON list of records.
 */
export async function readMaterializations(source: string): Promise<"deferred" | readonly MaterializationRecord[]> {
  if (source === "deferred") return source;
  const records: unknown = parse("--materializations", await textOf(source));
  if (Array.isArray(records) && records.every(isRecord)) return records;
  const shape = '[{"unit":"…","materialization":"…","rule":"…","variant":"…"}]';
  throw new FlagError("OPTION", `--materializations: it is not a JSON list of records, ${shape}`);
}

function textOf(source: string): Promise<string> {
  if (/^\s*[{[]/.test(source)) return Promise.resolve(source);
  return source === "-" ? text(process.stdin) : readFile(source, "utf8");
}

function parse(option: string, json: string): JsonValue {
  try {
    return JSON.parse(json.replace(/^\ufeff/, "")) as JsonValue;
  } catch (cause) {
    // biome-ignore lint/style/useErrorCause: it is passed on, in the third argument.
    throw new FlagError("OPTION", `${option}: it is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function isRecord(record: unknown): record is MaterializationRecord {
  if (typeof record !== "object" || record === null) return false;
  const { unit, materialization, rule, variant } = record as Partial<MaterializationRecord>;
  return [unit, materialization, rule, variant].every((field) => typeof field === "string");
}
