/** Decides the version of a bundle and signs its manifest. @module */
import { EVERYBODY, MANIFEST_TYPE, type Manifest, openRoot, type TrustedRoot, verifyManifest } from "@aplomb/core";
import { ManifestSchema } from "@aplomb/proto/trust";
import { create, toBinary } from "@bufbuild/protobuf";
import { AuthoringError } from "../authoring-error.js";
import type { BuiltBundle } from "../built-bundle.js";
import { verifySignature } from "../ed25519.js";
import type { PublishedAudience, PublishedManifest, RemoteBundleRef } from "../publication.js";
import type { PublishingKeys, SigningKey } from "../signing-key.js";
import { signEnvelope } from "./sign-envelope.js";

/** How long a manifest is fresh: a day. */
export const FRESH_FOR_MS = 86_400_000;
/** A manifest from further ahead than this was signed by a clock that was wrong. */
const FUTURE_MS = 86_400_000;
/** The schema number that readers of these bundles must know. */
const MIN_READER = 1;

/** What a manifest is made of, beside the bundle. */
export interface SignOptions {
  readonly keys: PublishingKeys;
  /** The manifest that the audience has now, if any. */
  readonly last?: PublishedManifest | undefined;
  /** Where the flags are that the endpoint resolves, if it resolves any. */
  readonly remoteBundle?: RemoteBundleRef | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  /** Default {@link FRESH_FOR_MS}. */
  readonly freshForMs?: number | undefined;
  /** Default: one more than the last. */
  readonly version?: number | undefined;
  /** The ring whose clients are meant. Default: everybody. */
  readonly ring?: number | undefined;
  /** The highest version that the audience has in any ring, in the root's epoch: a new one comes after it. Default: the last. */
  readonly highest?: number | undefined;
  /** Says that the bundle may hold far fewer flags than the last. */
  readonly allowShrink?: boolean | undefined;
}

/**
 * Signs a manifest for a bundle.
 *
 * The same bytes, those of the remote bundle included, keep their version: they are signed again once half of their freshness is over, or when the root or the
 * key is another one; until then the last manifest stays as it is. Other bytes get the next version of the root's epoch,
 * and so do the same bytes if the last manifest is of a day that has not come: it would be fresh for far too long.
 *
 * @throws AuthoringError VERSION if the version or the epoch would fall; KEYS_UNREADABLE if the root does not list the
 * bundle key; TRUST_DOMAIN if bundle and root belong to different ones; ROOT_EXPIRED. FlagError ROOT if the root cannot
 * be read.
 */
export async function signBundle(bundle: BuiltBundle, options: SignOptions): Promise<PublishedAudience> {
  const { keys, last, atMs } = options;
  const root = openRoot(keys.rootEnvelope);
  requireSpeaker(root, bundle, keys.bundleKey);
  requireUnexpired(root, atMs);
  const version = versionFor(bundle, root, options);
  const isNew = last === undefined || last.manifest.epoch !== root.epoch || last.manifest.version !== version;
  const isSameRing = last?.manifest.ring === (options.ring ?? EVERYBODY);
  if (
    !isNew &&
    isSameRing &&
    last.manifest.freshUntilMs - atMs > (last.manifest.freshUntilMs - last.manifest.issuedAtMs) / 2
  ) {
    if (await speaksFor(root, last)) return { ...last, change: "unchanged" };
  }
  const manifest: Manifest = {
    trustDomain: root.trustDomain,
    audience: bundle.audience,
    rootVersion: root.version,
    epoch: root.epoch,
    version,
    issuedAtMs: atMs,
    freshUntilMs: atMs + (options.freshForMs ?? FRESH_FOR_MS),
    sha256: bundle.sha256,
    sizeBytes: bundle.bytes.length,
    minReader: MIN_READER,
    ring: options.ring ?? EVERYBODY,
    allowShrink: options.allowShrink ?? (!isNew && last.manifest.allowShrink),
  };
  const { remoteBundle } = options;
  const envelope = await signEnvelope(MANIFEST_TYPE, bytesOf(manifest, remoteBundle), [keys.bundleKey]);
  return { manifest, envelope, remoteBundle, change: isNew ? "new" : "refreshed" };
}

function requireSpeaker(root: TrustedRoot, bundle: BuiltBundle, key: SigningKey): void {
  if (root.trustDomain !== bundle.trustDomain) {
    const message = `the keys speak for ${root.trustDomain}, the bundle is of ${bundle.trustDomain}`;
    throw new AuthoringError(message, {
      code: "TRUST_DOMAIN",
      remedy: "Use the keys of this trust domain, or set trustDomain in aplomb.yaml to theirs.",
    });
  }
  const isListed = root.bundle.keys.some((listed) => Buffer.compare(listed.publicKey, key.publicKey) === 0);
  if (isListed && root.bundle.threshold === 1) return;
  const message = isListed
    ? `the root asks for ${root.bundle.threshold} bundle keys, there is one`
    : `the root does not list the bundle key ${key.keyid}`;
  throw new AuthoringError(message, {
    code: "KEYS_UNREADABLE",
    remedy: "Keep the newest root and bundle.jwk of one trust domain together; `aplomb root show` lists its keys.",
  });
}

/** Clients refuse what was issued after its root expired, whatever their own clocks say. */
function requireUnexpired({ version, expiresAtMs }: TrustedRoot, atMs: number): void {
  if (atMs <= expiresAtMs) return;
  const [expired, now] = [expiresAtMs, atMs].map((timeMs) => new Date(timeMs).toISOString());
  throw new AuthoringError(`root ${version} expired at ${expired}, and this machine's clock says ${now}`, {
    code: "ROOT_EXPIRED",
    remedy: "If the clock is right, make the next root with `aplomb root renew`; clients follow it by themselves.",
  });
}

function versionFor(bundle: BuiltBundle, root: TrustedRoot, options: SignOptions): number {
  const { last, version, atMs, highest = 0 } = options;
  if (last !== undefined && last.manifest.epoch > root.epoch) {
    const message = `the publication is in epoch ${last.manifest.epoch}, the root in epoch ${root.epoch}: clients would refuse the bundle`;
    throw new AuthoringError(message, {
      code: "VERSION",
      remedy: "Use the newest root, or publish into another directory.",
    });
  }
  const published = last?.manifest.epoch === root.epoch ? last.manifest : undefined;
  if (version === undefined) {
    const isSame =
      published?.sha256 === bundle.sha256 &&
      last?.remoteBundle?.sha256 === options.remoteBundle?.sha256 &&
      published.issuedAtMs <= atMs + FUTURE_MS;
    return isSame ? published.version : Math.max(published?.version ?? 0, highest) + 1;
  }
  if (published !== undefined && version <= published.version) {
    const message = `${bundle.audience} has version ${published.version} already; ${version} would be a step back that clients refuse`;
    throw new AuthoringError(message, {
      code: "VERSION",
      remedy: `Take version ${published.version + 1} or higher. To go back, publish the old content under a new version.`,
    });
  }
  if (Number.isSafeInteger(version) && version > 0) return version;
  throw new AuthoringError(`${version} is not a version`, {
    code: "VERSION",
    remedy: "Take a whole number from 1 to 9007199254740991.",
  });
}

/** Whether a client with this root believes the manifest, so that it need not be signed again. */
async function speaksFor(root: TrustedRoot, last: PublishedManifest): Promise<boolean> {
  if (last.manifest.rootVersion !== root.version) return false;
  const trust = { root, audience: last.manifest.audience };
  return verifyManifest(last.envelope, trust, { verifySignature }).then(
    () => true,
    () => false,
  );
}

function bytesOf(manifest: Manifest, remoteBundle: RemoteBundleRef | undefined): Uint8Array {
  const { sha256, sizeBytes, ...rest } = manifest;
  const message = create(ManifestSchema, {
    ...rest,
    rootVersion: BigInt(rest.rootVersion),
    epoch: BigInt(rest.epoch),
    version: BigInt(rest.version),
    issuedAtMs: BigInt(rest.issuedAtMs),
    freshUntilMs: BigInt(rest.freshUntilMs),
    bundle: refOf({ sha256, sizeBytes }),
    ...(remoteBundle && { remoteBundle: refOf(remoteBundle) }),
  });
  return toBinary(ManifestSchema, message);
}

function refOf({ sha256, sizeBytes }: RemoteBundleRef): { sha256: Uint8Array<ArrayBuffer>; sizeBytes: bigint } {
  return { sha256: Uint8Array.from(Buffer.from(sha256, "hex")), sizeBytes: BigInt(sizeBytes) };
}
