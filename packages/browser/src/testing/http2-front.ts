/** An HTTP/2 server before an endpoint, which ends its connections in the ways that servers do. @module */
import { createSecureServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { Certificate } from "@aplomb/testkit/fault-proxy";

/** What happens to a connection: nothing, GOAWAY while a request is under way, or a reset once it is idle. */
export type Ending = "none" | "goaway" | "reset";

/** A running front. */
export interface Http2Front {
  readonly url: string;
  /** What becomes of the connections of the requests from now on. */
  ending: Ending;
  /** How many requests with a body came. */
  readonly sends: number;
  /** How many connections there were. */
  readonly connections: number;
  close(): Promise<void>;
}

/**
 * Starts it on a free port of this machine.
 *
 * @param target - Where everything is passed on to.
 */
export async function startHttp2Front(target: string, certificate: Certificate): Promise<Http2Front> {
  const sessions = new Set<ServerHttp2Session>();
  const sockets = new Set<Socket>();
  const resetAll = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const counts = { sends: 0, connections: 0 };
  const server = createSecureServer({ ...certificate });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("session", (session) => {
    counts.connections++;
    sessions.add(session);
    session.on("error", () => {});
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream, headers) => {
    if (headers[":method"] === "POST") counts.sends++;
    stream.on("error", () => {});
    void answer(stream, headers, target, front.ending, resetAll);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const front: Http2Front = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ending: "none",
    get sends() {
      return counts.sends;
    },
    get connections() {
      return counts.connections;
    },
    async close() {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return front;
}

async function answer(
  stream: ServerHttp2Stream,
  headers: Readonly<Record<string, unknown>>,
  target: string,
  ending: Ending,
  resetAll: () => void,
): Promise<void> {
  const { session } = stream;
  // This request is the last one that the connection takes; it is answered all the same.
  if (ending === "goaway") session?.goaway(0, stream.id);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const method = String(headers[":method"]);
  const own = Object.entries(headers).filter(([name]) =>
    /^(content-type|content-encoding|authorization|if-none-match|connect-.*)$/.test(name),
  );
  const passed = await fetch(target + String(headers[":path"]), {
    method,
    headers: own.map(([name, value]): [string, string] => [name, String(value)]),
    ...(method === "POST" && { body: Buffer.concat(chunks) }),
  });
  const body = Buffer.from(await passed.arrayBuffer());
  const back = [...passed.headers].filter(([name]) =>
    /^(content-type|etag|cache-control|access-control-.*)$/.test(name),
  );
  stream.respond({ ":status": passed.status, ...Object.fromEntries(back) });
  stream.end(body, () => {
    if (ending === "reset") setTimeout(resetAll, 20);
  });
}
