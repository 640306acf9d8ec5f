/** Versions and moments as conditions write them. @module */

/** Two to four numbers of at most ten digits, perhaps a suffix after a dash: what evaluation can order. */
const VERSION = /^\d{1,10}(?:\.\d{1,10}){1,3}(?:-.*)?$/;

const MOMENT = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2})))?$/;

/** A moment: seconds since 1970 UTC, and nanoseconds beyond. */
export interface Moment {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** Whether evaluation can order this text as a version. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/**
 * The moment that a text names: RFC 3339, or a day as YYYY-MM-DD for its first moment in UTC.
 *
 * @returns undefined if the text is neither, or the day is in no calendar.
 * @example momentOf("2027-03-01T09:00:00+01:00") // { seconds: 1803888000n, nanos: 0 }
 */
export function momentOf(text: string): Moment | undefined {
  const match = MOMENT.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const [offsetHours = 0, offsetMinutes = 0] = match.slice(9, 11).map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) return undefined;
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second);
  const offsetSeconds = (match[8] === "-" ? -1 : 1) * (offsetHours * 3600 + offsetMinutes * 60);
  return {
    seconds: BigInt(date.getTime() / 1000 - offsetSeconds),
    nanos: Number((match[7] ?? "").padEnd(9, "0")),
  };
}

/**
 * The moment that a text names, in milliseconds since 1970 UTC.
 *
 * @returns undefined if the text names none, or one that is finer than a millisecond.
 */
export function millisecondsOf(text: string): number | undefined {
  const moment = momentOf(text);
  if (moment === undefined || moment.nanos % 1_000_000 !== 0) return undefined;
  return Number(moment.seconds) * 1_000 + moment.nanos / 1_000_000;
}
