/** A number on the command line. @module */
import { InvalidArgumentError } from "commander";

/**
 * A reader of whole numbers, for commander, which makes a usage error of what it throws.
 *
 * @param least - The smallest number that is taken, 0 or more.
 * @param most - The largest; left out: as far as numbers are exact.
 */
export function wholeNumberFrom(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const upTo = most === Number.MAX_SAFE_INTEGER ? "" : ` to ${most}`;
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`expected a whole number from ${least}${upTo}.`);
  };
}
