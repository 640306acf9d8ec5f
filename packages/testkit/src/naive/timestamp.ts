/** Moments out of numbers and texts: section 5.9. @module */

/** A moment as seconds and nanoseconds; leap seconds have a billion nanoseconds and more. */
export interface Moment {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** Unicode White_Space (rulings, 5). */
const SPACE = "\\u0009-\\u000D\\u0020\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000";
const WS = `[${SPACE}]*`;
/** A day takes a second digit whenever there is one, so that "1-11" never reads as the 1st at one o'clock. */
const DATE = `${WS}([+-][0-9]+|[0-9]{1,4})-${WS}([0-9]{1,2})-${WS}([0-9]{2}|[0-9](?![0-9]))`;
const CLOCK = `${WS}([0-9]{1,2}):${WS}([0-9]{1,2}):${WS}([0-9]{1,2})(?:\\.([0-9]+))?`;
const DATE_ONLY = new RegExp(`^${DATE}$`);
const LOCAL = new RegExp(`^${DATE}(?:T|${WS})${CLOCK}$`);
const RFC_3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(Z|[+-][0-9]{2}:[0-9]{2})$/;

/** The moment a number stands for, in seconds or, from 10^12 on, in milliseconds (§5.9, from number). */
export function momentOfNumber(number: number): Moment | undefined {
  if (!Number.isFinite(number)) return undefined;
  const count = BigInt(Math.trunc(number));
  const size = count < 0n ? -count : count;
  if (size < 1_000_000_000_000n) return { seconds: count, nanos: 0 };
  if (count < -8334601228800000n || count > 8210266876799999n) return undefined;
  const millis = ((count % 1000n) + 1000n) % 1000n;
  return { seconds: (count - millis) / 1000n, nanos: Number(millis) * 1_000_000 };
}

/** The moment a text stands for (§5.9, from string). */
export function momentOfText(text: string): Moment | undefined {
  const pieces = text.split(/[T ]/);
  if (pieces.length === 1) return dateOf(text);
  return /[Z+-]/.test(pieces[1] as string) ? rfc3339Of(text) : localOf(text);
}

/** §5.9, date: midnight in UTC. */
function dateOf(text: string): Moment | undefined {
  const match = DATE_ONLY.exec(text);
  return match ? momentAt(match.slice(1), 0n) : undefined;
}

/** §5.9, local: lenient, read as UTC. */
function localOf(text: string): Moment | undefined {
  const match = LOCAL.exec(text);
  return match ? momentAt(match.slice(1), 0n) : undefined;
}

/** §5.9, RFC 3339: strict, with an offset. */
function rfc3339Of(text: string): Moment | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const zone = match[8] as string;
  if (zone === "Z") return momentAt(match.slice(1, 8), 0n);
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  const offset = BigInt(hours * 3600 + minutes * 60);
  return momentAt(match.slice(1, 8), zone.startsWith("-") ? -offset : offset);
}

/** The moment of year, month, day, hour, minute, second and fraction digits, that many seconds east of UTC. */
function momentAt(fields: readonly (string | undefined)[], offsetSeconds: bigint): Moment | undefined {
  const year = BigInt((fields[0] as string).replace("+", ""));
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields.slice(1, 6).map((field) => Number(field ?? 0));
  if (year < -262143n || year > 262142n) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const clock = hour * 3600 + minute * 60 + Math.min(second, 59);
  const seconds = daysBefore(year, month, day) * 86400n + BigInt(clock) - offsetSeconds;
  if (seconds < -8334601228800n || seconds > 8210266876799n) return undefined;
  const nanos = Number((fields[6] ?? "").slice(0, 9).padEnd(9, "0"));
  return { seconds, nanos: second === 60 ? 1_000_000_000 + nanos : nanos };
}

function isLeap(year: bigint): boolean {
  return year % 4n === 0n && (year % 100n !== 0n || year % 400n === 0n);
}

function daysIn(year: bigint, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days from 1970-01-01 to a date: whole years, then whole months, then days. */
function daysBefore(year: bigint, month: number, day: number): bigint {
  let days = daysBeforeYear(year) - daysBeforeYear(1970n);
  for (let earlier = 1; earlier < month; earlier++) days += BigInt(daysIn(year, earlier));
  return days + BigInt(day - 1);
}

/** Days in the years from -400,000 up to a year. */
function daysBeforeYear(year: bigint): bigint {
  const years = year + 400_000n;
  const leapYears = (years + 3n) / 4n - (years + 99n) / 100n + (years + 399n) / 400n;
  return years * 365n + leapYears;
}
