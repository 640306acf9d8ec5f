/** The error of keys, builds and publications: what of a command cannot be done, and the way out. @module */

/** What cannot be done. Problems of flag files are not errors; they are returned. */
export type AuthoringErrorCode =
  | "KEYS_EXIST"
  | "KEYS_MISSING"
  | "KEYS_UNREADABLE"
  | "BUILD_UNREADABLE"
  | "PUBLICATION_LOCKED"
  | "PUBLICATION_UNREADABLE"
  | "ROOT_CHANGE"
  | "ROOT_CONFLICT"
  | "ROOT_EXPIRED"
  | "ROOT_KEYS_MISSING"
  | "SHRINK"
  | "TRUST_DOMAIN"
  | "VERSION"
  | "BUNDLE_REFUSED";

/** What an {@link AuthoringError} says beside its message. */
export interface AuthoringErrorOptions {
  readonly code: AuthoringErrorCode;
  /** What to do about it. */
  readonly remedy: string;
  /** The error behind this one. */
  readonly cause?: unknown;
}

/** Thrown by everything that touches keys, builds and publications; never for the content of a flag file. */
export class AuthoringError extends Error {
  readonly code: AuthoringErrorCode;
  readonly remedy: string;

  constructor(message: string, { code, remedy, cause }: AuthoringErrorOptions) {
    super(message, cause === undefined ? {} : { cause });
    this.name = "AuthoringError";
    this.code = code;
    this.remedy = remedy;
  }
}

/** Whether something caught is an {@link AuthoringError}. */
export function isAuthoringError(error: unknown, code?: AuthoringErrorCode): error is AuthoringError {
  return error instanceof AuthoringError && (code === undefined || error.code === code);
}
