/** Values, literals and names as short text for people. @module */
import type { JsonObject, JsonValue } from "@aplomb/core";

/** Longer text is cut: explanations are for reading, and what is long is at hand where it came from. */
const maxTextLength = 200;
const maxElements = 8;
const maxVariantLength = 2_000;

/** Text that can stand without quotes and be taken for nothing else. */
const plainText = /^(?!(?:true|false|null|nothing)$)[\p{L}_][\p{L}\p{N}_./@-]*$/u;

/** A text of at most {@link maxTextLength} characters. */
export function cutText(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
}

/** Text, in quotes where it could be taken for something else. */
export function quotedText(text: string): string {
  return text.length <= maxTextLength && plainText.test(text) ? text : JSON.stringify(cutText(text));
}

/** The first elements in brackets, and how many more there are. */
export function listWords<T>(elements: readonly T[], words: (element: T) => string): string {
  const said = elements.slice(0, maxElements).map(words);
  if (elements.length > maxElements) said.push(`… ${elements.length - maxElements} more`);
  return `[${said.join(", ")}]`;
}

/** A value as evaluation sees it; core writes versions and moments as objects with a `kind`. */
export function valueWords(value: JsonValue): string {
  if (value === null) return "nothing";
  if (typeof value === "string") return quotedText(value);
  if (typeof value !== "object") return String(value);
  if (isList(value)) return listWords(value, valueWords);
  if (value.kind === "version" && typeof value.text === "string") return cutText(value.text);
  if (value.kind === "moment") return momentWords(Number(value.seconds), Number(value.nanos));
  return cutText(JSON.stringify(value));
}

/** A variant's value as JSON, cut where it is long; a scalar flag's value without its wrapping. */
export function variantWords(value: JsonObject): string {
  const fields = Object.keys(value);
  const text = JSON.stringify(fields.length === 1 && fields[0] === "value" ? value.value : value);
  return text.length > maxVariantLength ? `${text.slice(0, maxVariantLength)} …` : text;
}

/** A moment in ISO 8601; as seconds where no calendar has it. */
function momentWords(seconds: number, nanos: number): string {
  const date = new Date(seconds * 1_000 + Math.floor(nanos / 1e6));
  return Number.isNaN(date.getTime())
    ? `${seconds} s ${nanos} ns since 1970`
    : date.toISOString().replace(".000Z", "Z");
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
