/** The one error that loading throws. @module */

/** The code of a {@link FlagError}: what went wrong, stable across releases. */
export type FlagErrorCode =
  | "UNREACHABLE"
  | "REFUSED"
  | "MALFORMED"
  | "SIGNATURE"
  | "ROLLBACK"
  | "EQUIVOCATION"
  | "AUDIENCE"
  | "HASH"
  | "LIMIT"
  | "SHRINK"
  | "SELF_TEST"
  | "READER"
  | "ROOT"
  | "NO_DATA"
  | "CACHE"
  | "PERSIST"
  | "OPTION";

/**
 * The error that loading throws: opening, verifying, configuring. Evaluation never throws.
 *
 * @example
 * try { openBundle(bytes); } catch (e) { if (isFlagError(e, "MALFORMED")) report(e.message); else throw e; }
 */
export class FlagError extends Error {
  /** The code; the table `ERRORS` says what it means and what to do. */
  readonly code: FlagErrorCode;

  /**
   * @param code - From the table.
   * @param detail - What and where, in a few words.
   * @param options - The error behind this one.
   */
  constructor(code: FlagErrorCode, detail?: string, options?: { cause?: unknown }) {
    super(detail === undefined ? code : `${code}: ${detail}`, options);
    this.name = "FlagError";
    this.code = code;
  }
}

/**
 * Whether something caught is a {@link FlagError}, of one code if one is asked for.
 *
 * Goes by name and code, so that it also knows errors of another copy of this package.
 */
export function isFlagError(error: unknown, code?: FlagErrorCode): error is FlagError {
  if (!(error instanceof Error) || error.name !== "FlagError" || !("code" in error)) return false;
  return code === undefined || error.code === code;
}
