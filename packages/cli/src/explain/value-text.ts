/** Names, values and literals as text for people. @module */
import type { JsonValue } from "@aplomb/core";

const PLAIN_TEXT = /^(?!(?:true|false|null|nothing)$)[\p{L}_][\p{L}\p{N}_./@-]*$/u;
/** What moves a cursor or changes a colour when it is printed. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
/** The farthest moment that has a date, in seconds from 1970. */
const LAST_SECOND = 8_640_000_000_000;
const MAX_ELEMENTS = 8;
const MAX_LENGTH = 200;

/** A name or a message as it is, with whatever a terminal would obey written out. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
}

/** Text, quoted where it could be taken for something else. */
export function quoted(text: string): string {
  if (PLAIN_TEXT.test(text)) return text;
  return printable(JSON.stringify(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text));
}

/** An attribute, as it is or as it is compared. Null, which nothing is equal to, is "nothing". */
export function valueText(value: JsonValue): string {
  if (value === null) return "nothing";
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object") return String(value);
  if (isList(value)) return listText(value.map(valueText));
  if (value.kind === "version" && typeof value.text === "string") return quotedVersion(value.text);
  if (value.kind === "moment") return momentText(Number(value.seconds), Number(value.nanos));
  return quotedJson(value);
}

/** JSON on one line, not too long. */
export function quotedJson(value: JsonValue): string {
  const json = JSON.stringify(value);
  return printable(json.length > MAX_LENGTH ? `${json.slice(0, MAX_LENGTH)}…` : json);
}

/** A version as it is written; quoted where it is no version. */
export function quotedVersion(text: string): string {
  return /^[\w.+-]+$/.test(text) ? text : quoted(text);
}

/** Elements in brackets; of many, the first few. */
export function listText(elements: readonly string[]): string {
  const left = elements.length - MAX_ELEMENTS;
  const shown = left > 1 ? [...elements.slice(0, MAX_ELEMENTS), `… ${left} more`] : elements;
  return `[${shown.join(", ")}]`;
}

/** A moment as a date in UTC, or as seconds where there is no such date. */
export function momentText(seconds: number, nanos: number): string {
  const isDate = Math.abs(seconds) <= LAST_SECOND && nanos >= 0 && nanos < 1e9;
  if (!isDate) return `${seconds} s ${nanos} ns since 1970`;
  const fraction = nanos === 0 ? "" : `.${String(nanos).padStart(9, "0").replace(/0+$/, "")}`;
  return new Date(seconds * 1000).toISOString().replace(".000Z", `${fraction}Z`);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
