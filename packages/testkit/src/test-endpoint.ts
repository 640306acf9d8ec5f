/** A small resolve endpoint for client tests: real sockets, signed artefacts, exposures kept in memory. @module */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type ExposureBatch, ExposureBatchSchema } from "@aplomb/proto/exposure";
import {
  PublishExposuresRequestSchema,
  PublishExposuresResponseSchema,
  WatchBundleResponseSchema,
} from "@aplomb/proto/resolve-service";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { SealedBundle } from "./test-keys.js";

/** A running endpoint. */
export interface TestEndpoint {
  /** Origin, without a trailing slash. */
  readonly url: string;
  /** Every stored batch, once, in the order of arrival. */
  readonly batches: readonly ExposureBatch[];
  /** How often a batch came that was stored already. */
  readonly duplicates: number;
  /** Method, path and headers of every request. */
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingMessage["headers"];
  }[];
  /** How many watch streams are open. */
  readonly watchers: number;
  /** Serves a bundle under its manifest from now on; earlier bundles stay where they are. */
  publish(sealed: SealedBundle, etag?: string): void;
  /** Serves a root's envelope from now on. */
  publishRoot(version: number, envelope: Uint8Array): void;
  /** Tells every open watch stream of a version. */
  announce(version: number): void;
  close(): Promise<void>;
}

const SERVICE = "/aplomb.v1.ResolveService";
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*, authorization",
  "access-control-expose-headers": "etag",
};

/** Starts an endpoint on a free port of 127.0.0.1. It serves whatever audience it is asked for. */
export async function startTestEndpoint(): Promise<TestEndpoint> {
  const bundles = new Map<string, Uint8Array>();
  const roots = new Map<string, Uint8Array>();
  const batches = new Map<string, ExposureBatch>();
  const requests: { method: string; path: string; headers: IncomingMessage["headers"] }[] = [];
  const watchers = new Set<ServerResponse>();
  let current: { readonly manifest: Uint8Array; readonly etag: string } | undefined;
  let duplicates = 0;

  function serveManifest(request: IncomingMessage, response: ServerResponse): void {
    if (!current) response.writeHead(404, CORS).end();
    else if (request.headers["if-none-match"] === current.etag)
      response.writeHead(304, { ...CORS, etag: current.etag }).end();
    else response.writeHead(200, { ...CORS, etag: current.etag }).end(current.manifest);
  }

  function serveBundle(sha256: string, response: ServerResponse): void {
    const bundle = bundles.get(sha256);
    response.writeHead(bundle ? 200 : 404, { ...CORS, "cache-control": "public, max-age=31536000, immutable" });
    response.end(bundle);
  }

  function serveRoot(path: string, response: ServerResponse): void {
    const root = roots.get(path);
    response.writeHead(root ? 200 : 404, CORS).end(root);
  }

  async function store(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { batch: bytes } = fromBinary(PublishExposuresRequestSchema, await readBody(request));
    const batch = fromBinary(ExposureBatchSchema, bytes);
    const id = Buffer.from(batch.batchId).toString("hex");
    const duplicate = batches.has(id);
    if (duplicate) duplicates++;
    else batches.set(id, batch);
    response.writeHead(200, { ...CORS, "content-type": "application/proto" });
    response.end(toBinary(PublishExposuresResponseSchema, create(PublishExposuresResponseSchema, { duplicate })));
  }

  function watch(response: ServerResponse): void {
    response.writeHead(200, { ...CORS, "content-type": "application/connect+proto" }).flushHeaders();
    response.on("close", () => watchers.delete(response));
    watchers.add(response);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/", headers } = request;
    requests.push({ method, path, headers });
    if (method === "OPTIONS") response.writeHead(204, CORS).end();
    else if (path.endsWith("/manifest")) serveManifest(request, response);
    else if (path.startsWith("/v1/root/")) serveRoot(path, response);
    else if (path.startsWith("/v1/")) serveBundle(path.split("/").at(-1) ?? "", response);
    else if (path === `${SERVICE}/PublishExposures`) await store(request, response);
    else if (path === `${SERVICE}/WatchBundle`) watch(response);
    else response.writeHead(404, CORS).end();
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  return {
    ...(await listening(server)),
    requests,
    get batches() {
      return [...batches.values()];
    },
    get duplicates() {
      return duplicates;
    },
    get watchers() {
      return watchers.size;
    },
    publish({ manifest, bundle, sha256 }, etag = `"${createHash("sha256").update(manifest).digest("base64url")}"`) {
      bundles.set(sha256, bundle);
      current = { manifest, etag };
    },
    publishRoot: (version, envelope) => void roots.set(`/v1/root/${version}`, envelope),
    announce(version) {
      for (const watcher of watchers) watcher.write(announcementFrame(version));
    },
  };
}

/** Starts a server on a free port of 127.0.0.1: where it is, and how to end it with all its connections. */
async function listening(server: Server): Promise<Pick<TestEndpoint, "url" | "close">> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** An announcement as Connect streams it: flags, length, message. */
function announcementFrame(version: number): Buffer {
  const announcement = create(WatchBundleResponseSchema, { epoch: 1n, version: BigInt(version) });
  const message = toBinary(WatchBundleResponseSchema, announcement);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
