/** Anything as JSON, for people to read. @module */
import { isJsonObject, type JsonValue } from "../value.js";

/** Values shown of one attribute, those inside others included; more are left out. */
const MAX_VALUES = 10_000;
const MAX_DEPTH = 32;

/**
 * Anything as JSON: dates as text, bytes as lists of numbers. What JSON cannot hold is left out, and so is what lies too
 * deep, what is too much, and what cannot be read.
 */
export function jsonOf(value: unknown): JsonValue | undefined {
  return read(value, 0, { values: MAX_VALUES });
}

function read(value: unknown, depth: number, room: { values: number }): JsonValue | undefined {
  if (--room.values < 0 || depth > MAX_DEPTH) return undefined;
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object") return undefined;
  try {
    return readObject(value, depth, room);
  } catch {
    return undefined;
  }
}

function readObject(value: object, depth: number, room: { values: number }): JsonValue | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) {
    const list: JsonValue[] = [];
    for (let i = 0; i < value.length && room.values > 0; i++) list.push(read(value[i], depth + 1, room) ?? null);
    return list;
  }
  if (!isJsonObject(value)) return undefined;
  const object: [string, JsonValue][] = [];
  for (const key of Object.keys(value)) {
    const field = read(value[key], depth + 1, room);
    if (field !== undefined) object.push([key, field]);
  }
  return Object.fromEntries(object);
}
