/** Recognises what should not be in a file that anybody can read: e-mail addresses, and long lists of identifiers. @module */

/** From how many identifiers on a list is long. */
export const LONG_LIST = 20;

const LOCAL_END = /[^\s@"(),:;<>[\]\\]/u;
const DOMAIN = /[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,8}/uy;
const TOP_LEVEL = /\.\p{L}[\p{L}\p{N}-]+$/u;

/**
 * The e-mail addresses in a text. An address has something before its @: the end of one, as in `@shop.example`, is none.
 *
 * @example emailsIn("Write to jane@shop.example.") // ["jane@shop.example"]
 */
export function emailsIn(text: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    DOMAIN.lastIndex = at + 1;
    const domain = DOMAIN.exec(text)?.[0] ?? "";
    let start = at;
    while (start > 0 && at - start < 64 && LOCAL_END.test(text.charAt(start - 1))) start--;
    if (start < at && TOP_LEVEL.test(domain)) found.push(`${text.slice(start, at)}@${domain}`);
  }
  return found;
}

const IDENTIFIER = /^(?=.*\d)[\p{L}\d_.:+-]{6,}$/u;

/** Whether a text or a number looks like it names one of many: letters and digits, or a large whole number. */
export function isIdentifier(value: unknown): value is string | number {
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) >= 100_000;
  return typeof value === "string" && value.length <= 128 && (IDENTIFIER.test(value) || emailsIn(value).length > 0);
}

/** The first identifier of a list that has too many of them. */
export function longListIn(values: readonly unknown[]): string | undefined {
  const identifiers = values.filter(isIdentifier);
  return identifiers.length >= LONG_LIST ? String(identifiers[0]) : undefined;
}
