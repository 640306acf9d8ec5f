/** Names, values and literals as text for people. @module */
import { listText, momentText, printable } from "@aplomb/authoring";
import type { JsonValue } from "@aplomb/core";

const PLAIN_TEXT = /^(?!(?:true|false|null|nothing)$)[\p{L}_][\p{L}\p{N}_./@-]*$/u;
const MAX_LENGTH = 200;

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

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
