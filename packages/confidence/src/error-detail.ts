/** Takes errors apart, to say more about them. @module */
import type { FlagError } from "@aplomb/core";

/** What an error says after its code. */
export function detailOf({ code, message }: FlagError): string {
  return message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
}
