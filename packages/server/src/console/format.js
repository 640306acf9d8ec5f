/** Writes numbers, shares and times for people. @module */

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en-GB", { notation: "compact", maximumSignificantDigits: 3 });

/** @param {number} count */
export const count = (count) => whole.format(count);

/** @param {number} count */
export const shortCount = (count) => (count < 100_000 ? whole.format(count) : short.format(count));

/**
 * A share from 0 to 1 as percent, with a decimal where one says something.
 *
 * @param {number} share
 */
export function percent(share) {
  const value = share * 100;
  const digits = value === 0 || value === 100 || Math.abs(value - Math.round(value)) < 0.005 ? 0 : 1;
  return `${value.toFixed(digits)} %`;
}

/**
 * A probability that holds at every look, as far as its digits mean anything.
 *
 * @param {number} p
 */
export function probability(p) {
  if (p < 0.0001) return "p < 0.0001";
  return `p = ${p < 0.01 ? p.toFixed(4) : p.toFixed(2)}`;
}

/** @type {readonly (readonly [number, string])[]} */
const units = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

/**
 * A duration in its largest unit: "3 h", "12 min", "5 s".
 *
 * @param {number} durationMs
 */
export function duration(durationMs) {
  const seconds = Math.max(0, Math.round(durationMs / 1_000));
  const [size, name] = units.find(([size]) => seconds >= size) ?? [1, "s"];
  return `${Math.floor(seconds / size)} ${name}`;
}

/**
 * A size in bytes, as KiB or MiB where it is large.
 *
 * @param {number} sizeBytes
 */
export function size(sizeBytes) {
  if (sizeBytes < 1_024) return `${sizeBytes} B`;
  if (sizeBytes < 1_048_576) return `${(sizeBytes / 1_024).toFixed(1)} KiB`;
  return `${(sizeBytes / 1_048_576).toFixed(1)} MiB`;
}

/**
 * A number with its noun, in the right form.
 *
 * @param {number} number
 * @param {string} noun
 * @param {string} [plural]
 */
export function counted(number, noun, plural = `${noun}s`) {
  return `${whole.format(number)} ${number === 1 ? noun : plural}`;
}
