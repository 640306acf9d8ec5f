/** Numbers to text and back: section 5.8. @module */

/** The shortest decimal text of a number that reads back as it, never with an exponent (§5.8). */
export function textOfNumber(number: number): string {
  if (Number.isNaN(number)) return "NaN";
  if (number === Number.POSITIVE_INFINITY) return "inf";
  if (number === Number.NEGATIVE_INFINITY) return "-inf";
  if (Object.is(number, -0)) return "-0";
  const [significand = "", exponent = "0"] = String(Math.abs(number)).split("e");
  const [whole = "", fraction = ""] = significand.split(".");
  return (number < 0 ? "-" : "") + shifted(whole, fraction, Number(exponent));
}

/** The digits `whole.fraction`, with the point moved right (or, if negative, left) by so many places. */
function shifted(whole: string, fraction: string, places: number): string {
  const digits = whole + fraction;
  const point = whole.length + places;
  if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + "0".repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The number a text is; undefined when it is none, which is an error of the evaluation (§5.8). */
export function numberOfText(text: string): number | undefined {
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (word) {
    if (word[2]?.toLowerCase() === "nan") return Number.NaN;
    return word[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(text) ? Number(text) : undefined;
}
