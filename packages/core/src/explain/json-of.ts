/** Anything as JSON, for people to read. @module */
import { isJsonObject, type JsonValue } from "../value.js";

/** Anything as JSON: dates as text, bytes as lists of numbers, what JSON cannot hold left out. */
export function jsonOf(value: unknown): JsonValue | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object") return undefined;
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map((element) => jsonOf(element) ?? null);
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value).map(([key, field]) => [key, jsonOf(field)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}
