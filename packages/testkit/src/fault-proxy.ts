/** A small HTTP proxy that breaks requests on purpose, as networks and middle boxes do. @module */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What happens to one request. Absent: it is passed through. */
export type Fault =
  /** The connection dies before anything is forwarded. */
  | { readonly kind: "reset" }
  /** The upstream handles the request; its answer is thrown away and the connection dies. */
  | { readonly kind: "drop_response" }
  /** Nothing is forwarded and nothing answered, until the client gives up. */
  | { readonly kind: "hang" }
  /** The answer is passed on after a wait. */
  | { readonly kind: "delay"; readonly delayMs: number }
  /** The head of the answer's body is passed on, then nothing more comes. */
  | { readonly kind: "stall"; readonly afterBytes: number }
  /** The head of the answer's body is passed on, then the connection dies. */
  | { readonly kind: "truncate"; readonly afterBytes: number }
  /** One bit of the answer's body is flipped. */
  | { readonly kind: "flip"; readonly atByte: number }
  /** A body without an end, as fast as it is read; announced as compressed or not. Nothing is forwarded. */
  | { readonly kind: "endless"; readonly headers?: Readonly<Record<string, string>>; readonly chunk: Uint8Array }
  /** The proxy answers by itself. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    };

/** A request as the proxy saw it. */
export interface SeenRequest {
  /** From 0, over all requests. */
  readonly index: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** A running proxy. */
export interface FaultProxy {
  /** Origin to send requests to, without a trailing slash. */
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Decides the fault of each following request; absent: everything is passed through. */
  setRule(rule: ((request: SeenRequest) => Fault | undefined) | undefined): void;
  close(): Promise<void>;
}

interface Upstream {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/**
 * Starts a proxy on a free port of 127.0.0.1.
 *
 * @param target - Origin of the upstream, such as `http://127.0.0.1:8080`. Answers are read whole before they are passed on.
 */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const requests: SeenRequest[] = [];
  let rule: ((request: SeenRequest) => Fault | undefined) | undefined;
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const seen: SeenRequest = {
      index: requests.length,
      method: incoming.method ?? "GET",
      path: incoming.url ?? "/",
      headers: incoming.headers,
      body: await readBody(incoming),
    };
    requests.push(seen);
    await applyFault(rule?.(seen), seen, target, outgoing);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    setRule(next) {
      rule = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function applyFault(
  fault: Fault | undefined,
  seen: SeenRequest,
  target: string,
  outgoing: ServerResponse,
): Promise<void> {
  if (fault?.kind === "hang") return;
  if (fault?.kind === "reset") return void outgoing.destroy();
  if (fault?.kind === "endless") return endlessly(outgoing, fault.headers, fault.chunk);
  if (fault?.kind === "answer") return void outgoing.writeHead(fault.status, fault.headers).end(fault.body);
  const answer = await forward(seen, target);
  if (fault?.kind === "drop_response") return void outgoing.destroy();
  if (fault?.kind === "delay") await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  if (fault?.kind === "flip" && fault.atByte < answer.body.length) {
    answer.body.writeUInt8(answer.body.readUInt8(fault.atByte) ^ 1, fault.atByte);
  }
  outgoing.writeHead(answer.status, answer.headers);
  if (fault?.kind === "stall") return void outgoing.write(answer.body.subarray(0, fault.afterBytes));
  if (fault?.kind === "truncate") {
    return void outgoing.write(answer.body.subarray(0, fault.afterBytes), () => outgoing.destroy());
  }
  outgoing.end(answer.body);
}

/** Writes a chunk again and again, until the reader goes away. */
function endlessly(outgoing: ServerResponse, headers: Record<string, string> | undefined, chunk: Uint8Array): void {
  const write = (): void => {
    while (!outgoing.destroyed && outgoing.write(chunk));
  };
  outgoing
    .writeHead(200, headers)
    .on("drain", write)
    .on("error", () => outgoing.destroy());
  write();
}

function forward(seen: SeenRequest, target: string): Promise<Upstream> {
  return new Promise((resolve, reject) => {
    const upstream = request(
      new URL(seen.path, target),
      { method: seen.method, headers: { ...seen.headers, host: new URL(target).host }, agent: false },
      (response) => {
        readBody(response).then(
          (body) => resolve({ status: response.statusCode ?? 502, headers: response.headers, body }),
          reject,
        );
      },
    );
    upstream.on("error", reject);
    upstream.end(seen.body);
  });
}

async function readBody(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
