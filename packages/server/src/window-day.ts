/** UTC days as databases count them: whole days after 1970-01-01. @module */

const dayMs = 86_400_000;

/** How many days after 1970-01-01 a day is, given as YYYY-MM-DD; NaN for a text that is no day. */
export function dayNumberOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / dayMs;
}

/** The day that is so many days after 1970-01-01, as YYYY-MM-DD. */
export function dayAt(number: number): string {
  return new Date(number * dayMs).toISOString().slice(0, 10);
}

/** The first millisecond of a day that is given as YYYY-MM-DD. */
export function startOfDayMs(day: string): number {
  return dayNumberOf(day) * dayMs;
}

/** The last millisecond of a day that is given as YYYY-MM-DD. */
export function endOfDayMs(day: string): number {
  return startOfDayMs(day) + dayMs - 1;
}
