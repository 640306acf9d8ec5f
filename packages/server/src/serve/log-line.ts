/** Keeps a log record one line of plain text, whatever is in it. @module */

/** The longest message that is logged, and the longest stack. */
const maxMessageLength = 256;
const maxStackLength = 4_096;

/**
 * What JSON leaves as it is, but terminals and line readers do not: control characters above ASCII's (among them the escape of ANSI in
 * one byte), line and paragraph separators, marks that turn or hide text, and halves of characters.
 */
const unsafe =
  /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * The line with such characters as `\\uXXXX`. They can only be inside of strings, where that means the same.
 *
 * @param line - One JSON text, with or without a line feed at its end.
 */
export function escapeLine(line: string): string {
  return line.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** An error as it is logged. */
export type DescribedError = {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  /** Empty for what is no error. */
  readonly stack: string;
};

/** Type, message, code and stack of whatever was thrown, each of a bounded length, and nothing else of it. */
export function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: cut(String(error), maxMessageLength), stack: "" };
  return {
    type: cut(error.name, maxMessageLength),
    message: cut(error.message, maxMessageLength),
    ...("code" in error && { code: cut(String(error.code), maxMessageLength) }),
    stack: cut(error.stack ?? "", maxStackLength),
  };
}

function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}
