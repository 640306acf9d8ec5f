/** Keys and roots for tests, with all private halves at hand. @module */
import { generatePrivateJwk, signingKeyOf } from "../src/ed25519.js";
import type { RootChange } from "../src/root-change.js";
import { generateKeys } from "../src/sign/generate-keys.js";
import { signNextRoot } from "../src/sign/sign-next-root.js";
import { publicHalf } from "../src/sign/sign-root.js";
import type { PublishingKeys, SigningKey } from "../src/signing-key.js";

/** A trust domain's keys over time: 2 of 3 root keys, and the chain of roots. */
export interface Ceremony {
  readonly rootKeys: readonly SigningKey[];
  readonly bundleKey: SigningKey;
  /** The roots so far, the oldest first. */
  readonly roots: readonly Uint8Array[];
  /** What publishing takes, with the newest root. */
  readonly keys: PublishingKeys;
  /** The ceremony after one more root, signed by the first two root keys; with another bundle key, if one is given. */
  next(change: Partial<RootChange>, bundleKey?: SigningKey): Promise<Ceremony>;
}

/** Makes the keys and root 1. */
export async function createCeremony(atMs: number, trustDomain = "shop.example"): Promise<Ceremony> {
  const generated = await generateKeys({ trustDomain, atMs });
  const rootKeys = await Promise.all(generated.rootKeys.map(signingKeyOf));
  return after(atMs, rootKeys, await signingKeyOf(generated.bundleKey), [generated.rootEnvelope]);
}

/** A key that no root lists yet. */
export async function newKey(): Promise<SigningKey> {
  return signingKeyOf(await generatePrivateJwk());
}

/** The change that a rotation makes: one more bundle key. */
export function adding(key: SigningKey): Pick<RootChange, "addBundleKeys"> {
  return { addBundleKeys: [publicHalf(key)] };
}

function after(
  atMs: number,
  rootKeys: readonly SigningKey[],
  bundleKey: SigningKey,
  roots: readonly Uint8Array[],
): Ceremony {
  const rootEnvelope = roots.at(-1) as Uint8Array;
  return {
    rootKeys,
    bundleKey,
    roots,
    keys: { rootEnvelope, earlierRoots: roots.slice(0, -1), bundleKey },
    async next(change, key = bundleKey) {
      const root = await signNextRoot(rootEnvelope, { atMs, ...change }, rootKeys.slice(0, 2));
      return after(atMs, rootKeys, key, [...roots, root]);
    },
  };
}
