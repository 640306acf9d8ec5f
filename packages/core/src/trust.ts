/** Who is believed: trusted roots, manifests, and what a client remembers of them. @module */

/** The payload type of a signed root. */
export const ROOT_TYPE = "application/vnd.aplomb.root.v1+protobuf";
/** The payload type of a signed manifest. */
export const MANIFEST_TYPE = "application/vnd.aplomb.manifest.v1+protobuf";

/** How a key signs. */
export type KeyAlgorithm = "ed25519";

/** A public key of a root. */
export interface TrustedKey {
  readonly keyid: string;
  readonly alg: KeyAlgorithm;
  /** The 32 raw bytes of an Ed25519 key. */
  readonly publicKey: Uint8Array;
}

/** The keys that may speak for a job, and how many of them must agree. */
export interface Role {
  readonly keys: readonly TrustedKey[];
  readonly threshold: number;
}

/** The keys of a trust domain, as a client believes them. */
export interface TrustedRoot {
  readonly trustDomain: string;
  readonly version: number;
  readonly epoch: number;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  readonly root: Role;
  readonly bundle: Role;
}

/** What a client is told to believe: a root, and the audience it asks for. */
export interface Trust {
  readonly root: TrustedRoot;
  readonly audience: string;
}

/** The highest manifest a client has activated: nothing older is ever believed again. */
export interface Floor {
  readonly epoch: number;
  readonly version: number;
  /** Lower-case hex SHA-256 of that bundle. */
  readonly sha256: string;
}

/** A verified manifest. */
export interface Manifest {
  readonly trustDomain: string;
  readonly audience: string;
  readonly rootVersion: number;
  readonly epoch: number;
  readonly version: number;
  readonly issuedAtMs: number;
  readonly freshUntilMs: number;
  /** Lower-case hex SHA-256 of the bundle: its address. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly minReader: number;
  readonly ring: number;
  readonly allowShrink: boolean;
}

/**
 * Verifies one signature; lent by the host.
 *
 * @param key - Its algorithm decides how to verify.
 * @param signature - 64 bytes.
 * @param message - The pre-authentication encoding.
 * @returns Whether it holds; a rejection means that the host cannot verify at all.
 */
export type VerifySignature = (key: TrustedKey, signature: Uint8Array, message: Uint8Array) => Promise<boolean>;
