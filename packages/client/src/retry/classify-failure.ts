/** The one table that says what follows from a failed request; bundles and exposures share it. @module */
import type { FlagErrorCode } from "@aplomb/core";
import { isFlagError } from "@aplomb/core/reading";
import { RequestError } from "./request-error.js";

/**
 * What to do after a failure.
 *
 * `backoff` and `throttled`: try again soon, the latter with a floor that rises. `extended`: try again in minutes.
 * `too_large`: send less at once. `rejected`: the same request can never succeed.
 */
export type FailureClass = "backoff" | "throttled" | "extended" | "too_large" | "rejected";

const BY_CODE: Readonly<Partial<Record<FlagErrorCode, FailureClass>>> = {
  UNREACHABLE: "backoff",
  REFUSED: "extended",
  ROOT: "extended",
};

const BY_STATUS: Readonly<Record<number, FailureClass>> = {
  0: "backoff",
  401: "extended",
  403: "extended",
  404: "extended",
  405: "extended",
  408: "backoff",
  413: "too_large",
  429: "throttled",
  501: "extended",
  503: "throttled",
};

/** What follows from an error that a source or sink threw. What is neither ours nor HTTP's is tried again. */
export function classifyFailure(error: unknown): FailureClass {
  if (isFlagError(error)) return BY_CODE[error.code] ?? "rejected";
  if (!(error instanceof RequestError) || error.connectCode === "aborted") return "backoff";
  return BY_STATUS[error.status] ?? (error.status < 500 ? "rejected" : "backoff");
}
