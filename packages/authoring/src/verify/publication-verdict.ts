/** What clients would say to a publication. @module */
import type { Diagnostic, FlagErrorCode, Manifest, TrustedRoot } from "@aplomb/core";

/** Why clients refuse something. */
export interface Refusal {
  /** The client's code; undefined for what a client never gets to see, such as a directory that cannot be read. */
  readonly code?: FlagErrorCode;
  /** For people; begins with the code. */
  readonly error: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** One audience's verdict. */
export interface AudienceVerdict extends Partial<Refusal> {
  readonly audience: string;
  /** Whether clients would take the bundle. */
  readonly ok: boolean;
  readonly manifest?: Manifest;
  readonly flagCount?: number;
  /** Whether clients would call themselves stale. */
  readonly isStale?: boolean;
  /** Whether pages would take it, whose limits are lower than those of services. */
  readonly fitsPages?: boolean;
  /** Entries that clients would set aside, or that are suspect. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A publication's verdict. */
export interface PublicationVerdict extends Partial<Refusal> {
  /** The newest root that was believed; absent if there is none. */
  readonly root?: TrustedRoot;
  /** The root that it was reached from, which is the one that clients pin. */
  readonly pinnedVersion?: number;
  /** Whether the root came from the publication itself: then this says nothing about who made it. */
  readonly isOwnRoot: boolean;
  readonly audiences: readonly AudienceVerdict[];
}
