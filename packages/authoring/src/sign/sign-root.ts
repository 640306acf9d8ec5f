/** Signs a root: the keys of a trust domain, and how many of them must agree. @module */
import { ROOT_TYPE, type Role, type TrustedKey, type TrustedRoot } from "@aplomb/core";
import { KeyAlgorithm, RootSchema } from "@aplomb/proto/trust";
import { create, toBinary } from "@bufbuild/protobuf";
import type { SigningKey } from "../signing-key.js";
import { signEnvelope } from "./sign-envelope.js";

/** How long a root speaks: a year. */
export const ROOT_VALID_MS: number = 365 * 86_400_000;

/** The envelope of a root, signed by each of the keys in the order given. Whether they suffice is not asked here. */
export async function signRoot(root: TrustedRoot, signers: readonly SigningKey[]): Promise<Uint8Array> {
  const keys = new Map([...root.root.keys, ...root.bundle.keys].map((key) => [key.keyid, key]));
  const message = create(RootSchema, {
    trustDomain: root.trustDomain,
    version: BigInt(root.version),
    epoch: BigInt(root.epoch),
    issuedAtMs: BigInt(root.issuedAtMs),
    expiresAtMs: BigInt(root.expiresAtMs),
    keys: [...keys.values()].map(({ keyid, publicKey }) => ({ keyid, alg: KeyAlgorithm.ED25519, publicKey })),
    root: roleMessage(root.root),
    bundle: roleMessage(root.bundle),
  });
  return signEnvelope(ROOT_TYPE, toBinary(RootSchema, message), signers);
}

/** The half of a key that a root lists. */
export function publicHalf({ keyid, publicKey }: Pick<SigningKey, "keyid" | "publicKey">): TrustedKey {
  return { keyid, alg: "ed25519", publicKey };
}

function roleMessage({ keys, threshold }: Role): { keyids: string[]; threshold: number } {
  return { keyids: keys.map(({ keyid }) => keyid), threshold };
}
