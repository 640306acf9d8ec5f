/** Starts a real endpoint for tests: a publication in a directory, a database on disk, a port of its own. @module */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BundleDescription, bundleBytes, createTestKeys, type ManifestInit } from "@aplomb/testkit";
import type { ExposureStore } from "../src/exposure-store.js";
import {
  type ClientCredential,
  createResolveServer,
  type ResolveServer,
  type ResolveServerOptions,
} from "../src/index.js";
import { openPublication, type PublicationDirectory } from "../src/load/open-publication.js";
import { openEmbeddedStore } from "../src/store/open-embedded-store.js";

/** The key of the page that may read web.test. */
export const pageKey = "pk_page";
/** The secret key of the service that may read api.test. */
export const serviceKey = "sk_service";

/** One browser audience, one service audience. */
export const clients: readonly ClientCredential[] = [
  { kind: "browser", audience: "web.test", key: pageKey },
  {
    kind: "service",
    audience: "api.test",
    // printf sk_service | sha256sum
    keySha256: "d7b1dbd086f984699071bf474eb1c46c260a66922fadd0d91d5b9c93033e5dab",
  },
];

/** Writes a signed bundle as a publisher does: the bundle first, then the manifest, moved into place. Answers the digest. */
export async function publish(
  directory: string,
  audience: string,
  bundle: BundleDescription,
  manifest: ManifestInit = {},
): Promise<string> {
  const keys = await createTestKeys({ audience });
  const sealed = await keys.seal(bundleBytes(bundle), manifest);
  await put(join(directory, "v1", audience, "b", sealed.sha256), sealed.bundle);
  await put(join(directory, "v1", audience, manifest.ring ? `manifest.${manifest.ring}` : "manifest"), sealed.manifest);
  await put(join(directory, "v1", "root", "1"), keys.rootEnvelope);
  return sealed.sha256;
}

/** Puts a remote bundle where the endpoint finds it, beside the publication; answers what the manifest says of it. */
export async function putRemoteBundle(
  directory: string,
  audience: string,
  bundle: BundleDescription,
): Promise<NonNullable<ManifestInit["remoteBundle"]>> {
  const bytes = Buffer.concat([Buffer.alloc(32, 7), bundleBytes(bundle)]);
  const sha256 = createHash("sha256").update(bytes).digest();
  await put(join(`${directory}.remote`, audience, sha256.toString("hex")), bytes);
  return { sha256: new Uint8Array(sha256), sizeBytes: BigInt(bytes.length) };
}

async function put(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}

/** An endpoint and everything around it. */
export interface TestEndpoint {
  readonly server: ResolveServer;
  readonly publication: PublicationDirectory;
  readonly store: ExposureStore;
  /** The temporary folder: `published/` and `exposures.db` are in it. */
  readonly directory: string;
  /** Publishes and lets the endpoint see it. */
  publish(audience: string, bundle: BundleDescription, manifest?: ManifestInit): Promise<string>;
  /** The same, with flags that only the endpoint evaluates. */
  publishWithRemote(
    audience: string,
    bundle: BundleDescription,
    remote: BundleDescription,
    version?: bigint,
  ): Promise<void>;
  close(): Promise<void>;
}

/** A temporary folder. */
export function temporaryDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), "aplomb-server-"));
}

/** Starts an endpoint in a folder of its own, or in one that a test brings and cleans up. */
export async function startEndpoint(
  options: Partial<ResolveServerOptions> = {},
  directory?: string,
): Promise<TestEndpoint> {
  const folder = directory ?? (await temporaryDirectory());
  const publication = await openPublication(join(folder, "published"));
  const store = await openEmbeddedStore(join(folder, "exposures.db"));
  const server = await createResolveServer({ publication, store, clients, logger: false, ...options }).catch(
    async (error: unknown) => {
      await store.close();
      throw error;
    },
  );
  return {
    ...{ server, publication, store, directory: folder },
    async publish(audience, bundle, manifest) {
      const sha256 = await publish(join(folder, "published"), audience, bundle, manifest);
      await publication.reload();
      return sha256;
    },
    async publishWithRemote(audience, bundle, remote, version = 1n) {
      const remoteBundle = await putRemoteBundle(join(folder, "published"), audience, remote);
      await publish(join(folder, "published"), audience, bundle, { version, remoteBundle });
      await publication.reload();
    },
    async close() {
      await server.close();
      await store.close();
      if (directory === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
