/** Numbers as text and back, as targeting compares them. @module */

/**
 * The shortest decimal text that reads back as the number; never with an exponent.
 *
 * @example numberText(1e21) // "1000000000000000000000"
 * @example numberText(-0) // "-0"
 */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0";
  const text = String(value);
  const split = text.indexOf("e");
  return split < 0 ? text : expand(text.slice(0, split), Number(text.slice(split + 1)));
}

/** Writes `digits × 10^exponent` out. */
function expand(digits: string, exponent: number): string {
  const sign = digits.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = digits.slice(sign.length).split(".");
  const all = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${all}`;
  if (point >= all.length) return sign + all.padEnd(point, "0");
  return `${sign}${all.slice(0, point)}.${all.slice(point)}`;
}

const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const SPECIAL = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i;

/** The number a text stands for; undefined when it stands for none. No spaces, no hexadecimal, no separators. */
export function numberOfText(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const special = SPECIAL.exec(text);
  if (special === null) return undefined;
  if (special[2] === undefined) return Number.NaN;
  return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
