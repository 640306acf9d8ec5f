/** The one error that loading throws, and the table of its codes. @module */

/** What a code means, for people and for retry loops. */
export interface ErrorEntry {
  /** One sentence that says what is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Whether trying again later, unchanged, can succeed. */
  readonly retry: boolean;
}

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

/** Every code that a {@link FlagError} carries. `docs/errors.md` is made from this table. */
export const ERRORS: Readonly<Record<FlagErrorCode, ErrorEntry>> = {
  UNREACHABLE: {
    message: "the endpoint could not be reached",
    remedy: "Check the endpoint and the network; the client goes on trying and serves what it has.",
    retry: true,
  },
  REFUSED: {
    message: "the endpoint refused the request",
    remedy: "Check the client key and the audience; the client goes on trying, less often.",
    retry: true,
  },
  MALFORMED: {
    message: "the bytes are not what they should be",
    remedy: "Publish again; if a proxy rewrites responses, exempt the endpoint from it.",
    retry: true,
  },
  SIGNATURE: {
    message: "the signatures do not satisfy the trusted root",
    remedy: "Sign with a key that the root lists for bundles, or give the client the root that lists the signer.",
    retry: true,
  },
  ROLLBACK: {
    message: "the version is lower than one this client has seen",
    remedy: "Publish the old content again under a higher version.",
    retry: true,
  },
  EQUIVOCATION: {
    message: "two different bundles carry the same version",
    remedy: "Find out who signed the second one; publish again under a higher version.",
    retry: true,
  },
  AUDIENCE: {
    message: "the bundle is meant for another audience or trust domain",
    remedy: "Configure the client with the audience and the root that belong together.",
    retry: true,
  },
  HASH: {
    message: "the bundle is not the one that the manifest names",
    remedy: "Publish again; if a cache mixes files, purge it.",
    retry: true,
  },
  LIMIT: {
    message: "the bundle is larger than this client accepts",
    remedy: "Publish a smaller bundle: fewer flags, smaller lists, or a narrower audience.",
    retry: false,
  },
  SHRINK: {
    message: "the bundle has lost more than half of its flags",
    remedy: "If that is meant, publish it with allow_shrink.",
    retry: false,
  },
  SELF_TEST: {
    message: "a flag of the bundle could not be evaluated",
    remedy: "The message names the flag; publish it corrected.",
    retry: false,
  },
  READER: {
    message: "the bundle needs a newer reader",
    remedy: "Update the SDK, or publish for an older reader.",
    retry: false,
  },
  ROOT: {
    message: "the trust root cannot be used",
    remedy: "Give the client a current root; roots are made by `aplomb keygen`.",
    retry: true,
  },
  NO_DATA: {
    message: "there is no bundle yet",
    remedy: "Publish one, or give the client bootstrap bytes; until then callers get their defaults.",
    retry: true,
  },
  CACHE: {
    message: "the stored copy of the bundle cannot be used",
    remedy: "Nothing: it is ignored and replaced at the next success.",
    retry: false,
  },
  PERSIST: {
    message: "the bundle could not be stored",
    remedy: "Check the directory's permissions and free space; the bundle is active all the same.",
    retry: true,
  },
  OPTION: {
    message: "an option is wrong",
    remedy: "The message names the option and what it takes.",
    retry: false,
  },
};

/**
 * The error that loading throws: opening, verifying, configuring. Evaluation never throws.
 *
 * @example
 * try { openBundle(bytes); } catch (e) { if (isFlagError(e, "MALFORMED")) report(e.message); else throw e; }
 */
export class FlagError extends Error {
  /** The code, from the table {@link ERRORS}. */
  readonly code: FlagErrorCode;

  /**
   * @param code - From the table.
   * @param detail - What and where, in a few words; follows the table's sentence after a colon.
   * @param options - The error behind this one.
   */
  constructor(code: FlagErrorCode, detail?: string, options?: { cause?: unknown }) {
    super(detail === undefined ? ERRORS[code].message : `${ERRORS[code].message}: ${detail}`, options);
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
  return code === undefined ? Object.hasOwn(ERRORS, String(error.code)) : error.code === code;
}
