/** A bundle of one audience, not yet signed. @module */

import type { AudienceKind } from "./project.js";

/** The bytes of a bundle and what a manifest says of them. */
export interface BuiltBundle {
  /** The audience's name. */
  readonly audience: string;
  /** Whose limits hold: pages take less than services. */
  readonly kind: AudienceKind;
  readonly trustDomain: string;
  readonly bytes: Uint8Array;
  /** Lower-case hex SHA-256 of the bytes: the bundle's address. */
  readonly sha256: string;
  /** The keys of its flags, in order. */
  readonly flags: readonly string[];
  /** Browsers: the keys of flags that the endpoint resolves, because their rules cannot be shown. */
  readonly remote?: readonly string[];
  /** Browsers: what the endpoint evaluates those flags in; published beside the publication, never in it. */
  readonly remoteBundle?: { readonly bytes: Uint8Array; readonly sha256: string };
  /** Browsers: what the opaque ids of rules and segments stand for; never published. */
  readonly names?: Readonly<Record<string, string>>;
}
