/** The error of a request that got no answer, or one that says no. @module */

/** What is known of a failed request. */
export interface RequestFailure {
  /** The HTTP status; absent when there was no complete answer. */
  readonly status?: number;
  /** The Connect error code, such as "aborted", where the answer had one. */
  readonly connectCode?: string | undefined;
  /** How long the endpoint asks to be left alone; see `parseRetryAfter`. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** Thrown by sources and sinks. What follows from it is decided in one place: `classifyFailure`. */
export class RequestError extends Error {
  /** The HTTP status; 0 when there was no complete answer. */
  readonly status: number;
  readonly connectCode: string | undefined;
  readonly retryAfterMs: number;

  constructor(message: string, { status = 0, connectCode, retryAfterMs = 0, cause }: RequestFailure = {}) {
    super(message, { cause });
    this.name = "RequestError";
    this.status = status;
    this.connectCode = connectCode;
    this.retryAfterMs = retryAfterMs;
  }
}
