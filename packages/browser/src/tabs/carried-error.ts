/** Errors as they are carried from tab to tab: classes do not survive the way, what they say does. @module */
import { RequestError } from "@aplomb/client";
import type { FlagErrorCode } from "@aplomb/core";
import { FlagError, isFlagError } from "@aplomb/core/reading";

/** What of an error decides what follows from it. */
export interface CarriedError {
  readonly message: string;
  /** Of a FlagError. */
  readonly code?: FlagErrorCode;
  readonly status?: number;
  readonly connectCode?: string | undefined;
  readonly retryAfterMs?: number;
}

/** Takes an error apart. */
export function carriedError(error: unknown): CarriedError {
  if (isFlagError(error)) return { message: error.message, code: error.code };
  if (!(error instanceof RequestError)) return { message: String(error) };
  const { message, status, connectCode, retryAfterMs } = error;
  return { message, status, connectCode, retryAfterMs };
}

/** Puts it together again. */
export function errorOf({ message, code, ...failure }: CarriedError): Error {
  return code === undefined ? new RequestError(message, failure) : new FlagError(code, message);
}
