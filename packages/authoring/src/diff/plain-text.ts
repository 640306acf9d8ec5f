/** Names and values as text for reviews: on one line, quoted where they could be taken for something else. @module */
import type { JsonValue } from "@aplomb/core";
import type { Value } from "@aplomb/proto/bundle";

const PLAIN = /^(?!(?:true|false|null|nothing)$)[\p{L}_][\p{L}\p{N}_./@-]*$/u;
/** What moves a cursor or changes a colour when it is printed. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const MAX_LENGTH = 120;
const MAX_ELEMENTS = 8;
/** The farthest moment that has a date, in seconds from 1970. */
const LAST_SECOND = 8_640_000_000_000;

/** Text with everything that a terminal would obey written out. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
}

/** A text as it is if it is a plain word, and else as a JSON string. */
export function quoted(text: string): string {
  return PLAIN.test(text) && text.length <= MAX_LENGTH ? text : printable(shortened(JSON.stringify(text)));
}

/** A JSON value on one line. */
export function jsonText(value: JsonValue | undefined): string {
  return value === undefined ? "nothing" : printable(shortened(JSON.stringify(value)));
}

/** A literal of a condition. */
export function literalText(value: Value | undefined): string {
  const kind = value?.kind;
  switch (kind?.case) {
    case "string":
      return quoted(kind.value);
    case "version":
      return `version ${quoted(kind.value).replace(/^"([\w.+-]+)"$/, "$1")}`;
    case "timestamp":
      return momentText(Number(kind.value.seconds), kind.value.nanos);
    case "list":
      return listText(kind.value.values.map(literalText));
    case undefined:
      return "nothing";
    default:
      return String(kind?.value);
  }
}

/** Elements in brackets; of many, the first few. */
export function listText(elements: readonly string[]): string {
  const left = elements.length - MAX_ELEMENTS;
  const shown = left > 1 ? [...elements.slice(0, MAX_ELEMENTS), `… ${left} more`] : elements;
  return `[${shown.join(", ")}]`;
}

/** A share of a line of buckets as a percentage with at most four decimals. */
export function percentText(buckets: number, bucketCount: number): string {
  return `${bucketCount > 0 ? Math.round((buckets / bucketCount) * 1_000_000) / 10_000 : 0} %`;
}

/** A moment as a date in UTC, or as seconds where there is no such date. */
export function momentText(seconds: number, nanos: number): string {
  const isDate = Math.abs(seconds) <= LAST_SECOND && nanos >= 0 && nanos < 1e9;
  if (!isDate) return `${seconds} s ${nanos} ns since 1970`;
  const fraction = nanos === 0 ? "" : `.${String(nanos).padStart(9, "0").replace(/0+$/, "")}`;
  return new Date(seconds * 1000).toISOString().replace(".000Z", `${fraction}Z`);
}

function shortened(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
