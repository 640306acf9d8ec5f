/** A number on the command line. @module */
import { InvalidArgumentError } from "commander";

/** A whole number from 1, for commander. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,15}$/.test(text)) throw new InvalidArgumentError("expected a whole number from 1.");
  return Number(text);
}
