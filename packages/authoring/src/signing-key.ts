/** A key that signs: its public half, and a signature on request. @module */

/** A signing key, wherever its private half is kept: in a file, or in a service that never gives it away. */
export interface SigningKey {
  /** Lower-case hex of the first 8 bytes of SHA-256 of the public key. */
  readonly keyid: string;
  /** The 32 raw bytes of an Ed25519 key. */
  readonly publicKey: Uint8Array;
  /** The 64 bytes of a signature over the message. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A private Ed25519 key as a file keeps it. There is no `alg`: platforms disagree on its spelling. */
export interface PrivateJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  /** The public key, base64url. */
  readonly x: string;
  /** The private key, base64url. */
  readonly d: string;
}

/** What publishing needs: the signed roots that clients follow, and a key that the newest lists for bundles. */
export interface PublishingKeys {
  /** The newest root's envelope: public. */
  readonly rootEnvelope: Uint8Array;
  /** Those before it, the oldest first: a client that was built with one of them finds its way to the newest. */
  readonly earlierRoots?: readonly Uint8Array[] | undefined;
  readonly bundleKey: SigningKey;
}
