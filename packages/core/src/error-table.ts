/** What every error code means and what to do about it: for people, apart from what a page loads. @module */
import type { FlagErrorCode } from "./errors.js";

/** What a code means, for people and for retry loops. */
export interface ErrorEntry {
  /** One sentence that says what is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Whether trying again later, unchanged, can succeed. */
  readonly retry: boolean;
}

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
