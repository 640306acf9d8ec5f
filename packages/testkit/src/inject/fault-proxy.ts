/** A small HTTP proxy that breaks requests on purpose, as networks and middle boxes do. @module */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { applyFault, type Passage, resetConnection } from "./apply-fault.js";
import type { Certificate } from "./certificate-authority.js";
import type { Fault } from "./fault.js";
import { forward, openUpstream, type UpstreamAnswer } from "./forward.js";
import { createHeldRequests } from "./held-requests.js";
import type { RequestHead, SeenRequest } from "./seen-request.js";

/** Decides the fault of a request, once it is read. */
export type FaultRule = (request: SeenRequest) => Fault | undefined;

/** Decides how many bytes of a request's body are let through before the connection dies; undefined: all, and it lives. */
export type UploadRule = (head: RequestHead) => number | undefined;

/** A running proxy. */
export interface FaultProxy {
  /** Origin to send requests to, without a trailing slash. */
  readonly url: string;
  /** Every request so far, oldest first; a cut upload as far as it came. */
  readonly requests: readonly SeenRequest[];
  /** How many requests are held back now. */
  readonly heldRequests: number;
  /** Decides the fault of each following request; absent: everything is passed through. */
  setRule(rule: FaultRule | undefined): void;
  /** Decides which uploads die half-way; absent: none. It comes before the other rule. */
  setUploadRule(rule: UploadRule | undefined): void;
  /** Delivers what is held back, one after the other, in the order of arrival or the other way round. */
  releaseHeld(order?: "oldest_first" | "newest_first"): Promise<void>;
  /** Delivers a seen request once more, as a network or a replayer does later; nobody but the caller gets the answer. */
  replay(request: SeenRequest): Promise<UpstreamAnswer>;
  close(): Promise<void>;
}

/** How the proxy is reached. */
export interface FaultProxyOptions {
  /** Speaks TLS with this certificate; the upstream is reached as its URL says. */
  readonly tls?: Certificate;
}

/**
 * Starts a proxy on a free port of 127.0.0.1.
 *
 * @param target - Origin of the upstream, such as `http://127.0.0.1:8080`.
 * @example
 * const proxy = await startFaultProxy(endpoint.url);
 * proxy.setRule(({ index }) => (index < 3 ? { kind: "drop_response" } : undefined));
 */
export async function startFaultProxy(target: string, { tls }: FaultProxyOptions = {}): Promise<FaultProxy> {
  const requests: SeenRequest[] = [];
  const held = createHeldRequests();
  let rule: FaultRule | undefined;
  let uploadRule: UploadRule | undefined;
  let count = 0;

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/", headers } = incoming;
    const head: RequestHead = { index: count++, method, path, headers };
    const passage: Passage = { target, outgoing, held };
    const cutAfterBytes = uploadRule?.(head);
    if (cutAfterBytes !== undefined) {
      requests.push({ ...head, body: await cutUpload(head, incoming, cutAfterBytes, passage) });
      return;
    }
    const seen: SeenRequest = { ...head, body: await buffer(incoming) };
    requests.push(seen);
    await applyFault(rule?.(seen), seen, passage);
  }

  const listener: RequestListener = (incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  };
  const server = tls ? createHttpsServer({ key: tls.key, cert: tls.cert }, listener) : createHttpServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get heldRequests() {
      return held.count;
    },
    setRule(next) {
      rule = next;
    },
    setUploadRule(next) {
      uploadRule = next;
    },
    releaseHeld: (order) => held.release(order === "newest_first"),
    replay: (request) => forward(request, target),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Lets the head of a body through to the upstream, then kills both connections. */
async function cutUpload(
  head: RequestHead,
  incoming: IncomingMessage,
  afterBytes: number,
  { target, outgoing }: Passage,
): Promise<Buffer> {
  const upstream = openUpstream(head, target).on("error", () => {});
  let body = Buffer.alloc(0);
  if (afterBytes > 0) {
    // Leaving the loop must not end the connection: that is for the reset to do.
    for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      body = Buffer.concat([body, chunk]);
      if (body.length >= afterBytes) break;
    }
  }
  body = body.subarray(0, afterBytes);
  upstream.flushHeaders();
  if (body.length > 0) await new Promise<void>((resolve) => void upstream.write(body, () => resolve()));
  upstream.destroy();
  resetConnection(outgoing);
  return body;
}
