/** Why the endpoint refuses a call: a code that clients act on, and what each protocol calls it. @module */
import { Code, ConnectError } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";

/** The header that carries a refusal's code, in answers of every protocol. */
export const refusalHeader: "aplomb-code" = "aplomb-code";

/**
 * Why a call is refused, most of them for good.
 *
 * - `malformed`: the batch or the request cannot be read, or a field that names it is missing.
 * - `too_large`: more bytes or more rows than one batch may have.
 * - `too_old`: sealed more than 48 hours before it was sent.
 * - `wrong_audience`: the key does not open the audience.
 * - `wrong_origin`: the request comes from a page of an origin that may not use the key.
 * - `unknown_key`: no key, or one that is not known.
 * - `not_published`: nothing is published for the audience yet.
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
  | "not_published"
  | "store_unavailable"
  | "rate_limited"
  | "overloaded";

interface RefusalNames {
  /** Of Connect and gRPC. */
  readonly code: Code;
  /** Of plain HTTP. */
  readonly status: number;
}

const names: Readonly<Record<RefusalCode, RefusalNames>> = {
  malformed: { code: Code.InvalidArgument, status: 400 },
  too_large: { code: Code.ResourceExhausted, status: 413 },
  too_old: { code: Code.FailedPrecondition, status: 400 },
  wrong_audience: { code: Code.PermissionDenied, status: 403 },
  wrong_origin: { code: Code.PermissionDenied, status: 403 },
  unknown_key: { code: Code.Unauthenticated, status: 401 },
  not_published: { code: Code.NotFound, status: 404 },
  store_unavailable: { code: Code.Unavailable, status: 503 },
  rate_limited: { code: Code.ResourceExhausted, status: 429 },
  overloaded: { code: Code.Unavailable, status: 503 },
};

/** A call that is not taken, before a protocol has put it into its words. */
export interface Denial {
  readonly refusal: RefusalCode;
  /** One sentence for whoever wrote the client. */
  readonly detail: string;
  /** When it is worth coming again. */
  readonly retryAfterMs?: number;
}

/** A denial as HTTP and gRPC say it. */
export interface WordedDenial {
  readonly status: number;
  /** The number that gRPC knows it by. */
  readonly grpcStatus: number;
  /** Connect's name, such as "permission_denied". */
  readonly code: string;
  /** `<refusal>: <detail>`. */
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Puts a denial into words. */
export function wordDenial({ refusal, detail, retryAfterMs }: Denial): WordedDenial {
  const { code, status } = names[refusal];
  const headers = {
    [refusalHeader]: refusal,
    ...(retryAfterMs !== undefined && { "retry-after": String(Math.ceil(retryAfterMs / 1_000)) }),
    ...(refusal === "unknown_key" && { "www-authenticate": "Bearer" }),
  };
  return { status, grpcStatus: code, code: codeToString(code), message: `${refusal}: ${detail}`, headers };
}

/**
 * The error to throw for a refused call. Its message is `<code>: <detail>`; the code also stands in the header `aplomb-code`.
 *
 * @param cause - For the log; never sent.
 */
export function refusal(code: RefusalCode, detail: string, cause?: unknown): ConnectError {
  return new ConnectError(`${code}: ${detail}`, names[code].code, { [refusalHeader]: code }, undefined, cause);
}
