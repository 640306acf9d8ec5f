/** Reads a count from the command line. @module */
import { InvalidArgumentError } from "commander";

/**
 * A whole number.
 *
 * @throws InvalidArgumentError, which commander turns into a usage error.
 */
export function readCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError("expected a whole number, 0 or more");
}
