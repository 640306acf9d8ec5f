/** Reads the columns of a raw row as what the schema says they are. @module */
import type { Statement } from "libsql";

/** A row in raw mode: its columns in the order they were selected. */
export type RawRow = readonly unknown[];

/** Every row of a statement in raw mode. */
export function rawRows(statement: Statement, parameters: readonly unknown[]): RawRow[] {
  return statement.all([...parameters]).filter((row) => Array.isArray(row));
}

/** A text column. */
export const textAt = (row: RawRow, index: number): string => String(row[index] ?? "");

/** An integer or real column; 0 for null. */
export const numberAt = (row: RawRow, index: number): number => Number(row[index] ?? 0);

/** A blob column, as bytes of its own. */
export function bytesAt(row: RawRow, index: number): Uint8Array {
  const value = row[index];
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  return value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array();
}

/** A list of names that is kept as JSON. */
export function namesIn(json: string): string[] {
  const names: unknown = JSON.parse(json);
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}
