/** Makes root N+1 from root N: believed by whoever believes N, because N's keys signed it too. @module */
import { openRoot, type Role, type TrustedKey, type TrustedRoot } from "@aplomb/core";
import { AuthoringError } from "../authoring-error.js";
import type { RootChange } from "../root-change.js";
import type { SigningKey } from "../signing-key.js";
import { ROOT_VALID_MS, signRoot } from "./sign-root.js";

/** How many signatures an envelope may carry. */
const MAX_SIGNATURES = 8;

/**
 * Signs the root after another one.
 *
 * @param previous - The envelope of root N. It may have expired: its keys still speak for the next one.
 * @param signers - Root keys, old and new, enough for N's threshold and for N+1's. Keys of neither are passed over.
 * @throws AuthoringError ROOT_CHANGE if the next root could not be satisfied, ROOT_KEYS_MISSING if too few keys sign.
 * FlagError ROOT, MALFORMED or LIMIT if the previous root cannot be read.
 * @example
 * const next = await signNextRoot(root1, { addBundleKeys: [publicHalf(newKey)], atMs: Date.now() }, [rootKey1, rootKey2]);
 */
export async function signNextRoot(
  previous: Uint8Array,
  change: RootChange,
  signers: readonly SigningKey[],
): Promise<Uint8Array> {
  const before = openRoot(previous);
  const after = nextRoot(before, change);
  const roles = [before.root, after.root];
  for (const [index, role] of roles.entries()) requireEnough(role, signers, before.version + index);
  const used = signers.filter((signer) => roles.some((role) => lists(role, signer)));
  return signRoot(after, leastOf(used, roles));
}

function nextRoot(before: TrustedRoot, change: RootChange): TrustedRoot {
  const dropped = new Set(change.dropKeyids);
  const known = [...before.root.keys, ...before.bundle.keys].map(({ keyid }) => keyid);
  for (const keyid of dropped) {
    if (!known.includes(keyid)) {
      throw refused(
        `root ${before.version} has no key ${keyid}`,
        "`aplomb root show` lists the keys of the newest root.",
      );
    }
  }
  const changed = (name: string, role: Role, added: readonly TrustedKey[] = []): Role => {
    const keys = [...role.keys.filter(({ keyid }) => !dropped.has(keyid)), ...added];
    if (keys.length >= role.threshold) return { keys, threshold: role.threshold };
    const message = `${keys.length} ${name} keys would be left where ${role.threshold} must agree`;
    throw refused(message, "Put a new key in its place: `aplomb root rotate --replace KEYID`.");
  };
  return {
    trustDomain: before.trustDomain,
    version: before.version + 1,
    epoch: before.epoch + (change.raiseEpoch ? 1 : 0),
    issuedAtMs: change.atMs,
    expiresAtMs: change.atMs + (change.validForMs ?? ROOT_VALID_MS),
    root: changed("root", before.root, change.addRootKeys),
    bundle: changed("bundle", before.bundle, change.addBundleKeys),
  };
}

function requireEnough(role: Role, signers: readonly SigningKey[], version: number): void {
  const there = role.keys.filter((key) => signers.some((signer) => isSame(signer, key))).length;
  if (there >= role.threshold) return;
  throw new AuthoringError(`${there} of the ${role.threshold} root keys that root ${version} asks for are here`, {
    code: "ROOT_KEYS_MISSING",
    remedy: `Fetch more of ${role.keys.map(({ keyid }) => keyid).join(", ")} and name their files with --root-key.`,
  });
}

/** An envelope has room for eight: where there are more keys, only as many as each role asks for. */
function leastOf(signers: readonly SigningKey[], roles: readonly Role[]): readonly SigningKey[] {
  if (signers.length <= MAX_SIGNATURES) return signers;
  const enough = roles.flatMap((role) => signers.filter((signer) => lists(role, signer)).slice(0, role.threshold));
  return [...new Set(enough)];
}

function lists(role: Role, signer: SigningKey): boolean {
  return role.keys.some((key) => isSame(signer, key));
}

function isSame(a: Pick<TrustedKey, "publicKey">, b: Pick<TrustedKey, "publicKey">): boolean {
  return Buffer.compare(a.publicKey, b.publicKey) === 0;
}

function refused(message: string, remedy: string): AuthoringError {
  return new AuthoringError(message, { code: "ROOT_CHANGE", remedy });
}
