/** How a call is refused: a Connect error with a code that programs can tell apart. @module */
import { Code, ConnectError } from "@connectrpc/connect";

/** The response header that carries a {@link RefusalCode}, beside Connect's own and coarser code. */
export const refusalHeader: "aplomb-code" = "aplomb-code";

/**
 * Why a call is refused.
 *
 * - `malformed`: not what the contract says; the same bytes will never be accepted.
 * - `too_large`: larger than the endpoint reads; fewer records at a time may be accepted.
 * - `too_old`: sealed more than 48 hours before it was sent, so that its id may have been forgotten; never accepted.
 * - `wrong_audience`: the key does not open the audience.
 * - `wrong_origin`: the request comes from a page of an origin that is not allowed.
 * - `unknown_key`: no key, or one that is not known.
 * - `store_unavailable`: the database cannot store now; worth trying again, as are the next two, after what `Retry-After` says.
 * - `rate_limited`: the client, or everybody together, called more often than they may.
 * - `overloaded`: the endpoint has more to do than it can.
 */
export type RefusalCode =
  | "malformed"
  | "too_large"
  | "too_old"
  | "wrong_audience"
  | "wrong_origin"
  | "unknown_key"
  | "store_unavailable"
  | "rate_limited"
  | "overloaded";

/** What Connect calls each of them. */
const connectCodes: Readonly<Record<RefusalCode, Code>> = {
  malformed: Code.InvalidArgument,
  too_large: Code.InvalidArgument,
  too_old: Code.FailedPrecondition,
  wrong_audience: Code.PermissionDenied,
  wrong_origin: Code.PermissionDenied,
  unknown_key: Code.Unauthenticated,
  store_unavailable: Code.Unavailable,
  rate_limited: Code.ResourceExhausted,
  overloaded: Code.Unavailable,
};

/**
 * The error to throw for a refused call. Its message is `<code>: <detail>`; the code also stands in the header `aplomb-code`.
 *
 * @param cause - For the log; never sent.
 */
export function refusal(code: RefusalCode, detail: string, cause?: unknown): ConnectError {
  return new ConnectError(`${code}: ${detail}`, connectCodes[code], { [refusalHeader]: code }, undefined, cause);
}
