/** Moments of texts and numbers, in every form that targeting accepts. @module */
import type { Moment } from "../operand.js";

const MIN_YEAR = -262_143;
const MAX_YEAR = 262_142;
const MIN_SECONDS = -8_334_601_228_800;
const MAX_SECONDS = 8_210_266_876_799;

// Unicode White_Space, which is not what \s means in JavaScript.
const SPACE = "[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*";
// A lookahead with a back-reference takes digits without giving any back.
const DAY = `${SPACE}([0-9]{1,4}|[+-][0-9]+)-${SPACE}([0-9]{1,2})-${SPACE}(?=([0-9]{1,2}))\\3`;
const TIME = `${SPACE}([0-9]{1,2}):${SPACE}([0-9]{1,2}):${SPACE}([0-9]{1,2})(?:\\.([0-9]+))?`;
const DATE = new RegExp(`^${DAY}$`);
const LOCAL = new RegExp(`^${DAY}(?:T|${SPACE})${TIME}$`);
const RFC_3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;

/**
 * The moment a number stands for: seconds since 1970 UTC, or milliseconds from 10^12 on; its fraction is cut off.
 *
 * @returns Undefined outside the calendar.
 */
export function momentOfNumber(value: number): Moment | undefined {
  if (!Number.isFinite(value)) return undefined;
  const whole = Math.trunc(value);
  if (Math.abs(whole) < 1e12) return moment(whole, 0);
  const seconds = Math.floor(whole / 1000);
  return moment(seconds, (whole - seconds * 1000) * 1_000_000);
}

/**
 * The moment a text stands for: RFC 3339 when it has an offset, else a local form taken as UTC, or a date at midnight.
 *
 * @returns Undefined when it stands for none.
 */
export function momentOfText(text: string): Moment | undefined {
  const first = text.search(/[T ]/);
  if (first < 0) return momentOfFields(DATE.exec(text));
  const rest = text.slice(first + 1);
  const second = rest.search(/[T ]/);
  const time = second < 0 ? rest : rest.slice(0, second);
  return momentOfFields(/[Z+-]/.test(time) ? RFC_3339.exec(text) : LOCAL.exec(text));
}

/** Checks the fields against the calendar: year, month, day, hour, minute, second, fraction, sign and offset. */
function momentOfFields(fields: RegExpExecArray | null): Moment | undefined {
  if (fields === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields
    .slice(1, 7)
    .map((f) => Number(f ?? 0));
  if (year < MIN_YEAR || year > MAX_YEAR || month < 1 || month > 12 || day < 1 || day > daysIn(year, month))
    return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const offset = offsetSeconds(fields[8], Number(fields[9] ?? 0), Number(fields[10] ?? 0));
  if (offset === undefined) return undefined;
  const nanos = Number((fields[7] ?? "").slice(0, 9).padEnd(9, "0"));
  const leap = second === 60 ? 1 : 0;
  const seconds = dayNumber(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - leap - offset;
  return moment(seconds, nanos + leap * 1_000_000_000);
}

function offsetSeconds(sign: string | undefined, hours: number, minutes: number): number | undefined {
  if (hours > 23 || minutes > 59) return undefined;
  return (sign === "-" ? -1 : 1) * (hours * 3_600 + minutes * 60);
}

function moment(seconds: number, nanos: number): Moment | undefined {
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) return undefined;
  return { kind: "moment", seconds, nanos };
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin in March. */
function dayNumber(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}
