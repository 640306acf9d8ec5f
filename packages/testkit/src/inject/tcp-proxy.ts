/** A small TCP proxy that breaks connections on purpose; what the bytes mean, TLS included, it does not know. @module */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { type ByteFlow, type FlowRule, startByteFlow } from "./byte-flow.js";

/** What happens to one connection. Absent members change nothing. */
export interface ConnectionRule {
  /** From the client to the upstream. */
  readonly up?: FlowRule;
  /** From the upstream to the client. */
  readonly down?: FlowRule;
}

/** Which way bytes go. */
export type Direction = "up" | "down" | "both";

/** How an outage looks from outside. */
export type Outage =
  /** Nobody listens: connections are refused. */
  | "refuse"
  /** Connections are made, then reset. */
  | "reset"
  /** Connections are made, and nothing ever comes. */
  | "hang";

/** A connection so far. */
export interface SeenConnection {
  /** From 0, over all connections. */
  readonly index: number;
  readonly open: boolean;
  /** Bytes forwarded to the upstream, and to the client. */
  readonly upBytes: number;
  readonly downBytes: number;
}

/** A running proxy. */
export interface TcpProxy {
  readonly port: number;
  /** The target's URL with this proxy's address. */
  readonly url: string;
  /** Every connection so far, oldest first. */
  readonly connections: readonly SeenConnection[];
  /** Decides about each following connection, by its index; absent: bytes pass. */
  setRule(rule: ((index: number) => ConnectionRule | undefined) | undefined): void;
  /** Half-open: on every open connection, nothing is forwarded this way until `thaw`; sockets stay open. */
  freeze(direction?: Direction): void;
  thaw(): void;
  /** Starts an outage: what is open is reset (with `hang`: frozen both ways), what comes suffers as said, until `restore`. */
  cut(outage?: Outage): Promise<void>;
  /** Ends an outage; what was left hanging goes on. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

interface Connection extends SeenConnection {
  readonly client: Socket;
  readonly up: ByteFlow;
  readonly down: ByteFlow;
}

/**
 * Starts a proxy on a free port of 127.0.0.1.
 *
 * @param target - URL whose host and port connections go to, such as `http://127.0.0.1:8080`.
 * @example
 * const proxy = await startTcpProxy(endpoint.url);
 * proxy.setRule((index) => (index === 0 ? { down: { resetAfterBytes: 100 } } : { down: { latencyMs: 200 } }));
 */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const address = new URL(target);
  const connections: Connection[] = [];
  let rule: ((index: number) => ConnectionRule | undefined) | undefined;
  let outage: Outage | undefined;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (outage === "reset") client.on("error", () => {}).resetAndDestroy();
    else connections.push(openConnection(client, address, connections.length, rule?.(connections.length) ?? {}));
    if (outage === "hang") freeze(connections.slice(-1), "both");
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const proxied = new URL(target);
  proxied.host = `127.0.0.1:${port}`;

  return {
    port,
    url: proxied.href.replace(/\/$/, ""),
    connections,
    setRule(next) {
      rule = next;
    },
    freeze: (direction = "both") => freeze(connections, direction),
    thaw: () => thaw(connections),
    async cut(next = "refuse") {
      outage = next;
      if (next === "hang") return freeze(connections, "both");
      const closed = next === "refuse" ? stopListening(server) : undefined;
      for (const { client } of connections) client.resetAndDestroy();
      await closed;
    },
    async restore() {
      if (outage === "hang") thaw(connections);
      outage = undefined;
      if (!server.listening) await listen(server, port);
    },
    async close() {
      for (const { client } of connections) client.destroy();
      if (server.listening) await stopListening(server);
    },
  };
}

function openConnection(client: Socket, address: URL, index: number, rule: ConnectionRule): Connection {
  const port = Number(address.port) || (address.protocol === "https:" ? 443 : 80);
  const upstream = connect({ host: address.hostname, port, allowHalfOpen: true, noDelay: true });
  const reset = (): void => {
    client.resetAndDestroy();
    upstream.resetAndDestroy();
  };
  const up = startByteFlow(client, upstream, rule.up ?? {}, reset);
  const down = startByteFlow(upstream, client, rule.down ?? {}, reset);
  // A reset is passed on as a reset; so is a refused upstream.
  for (const socket of [client, upstream]) socket.on("error", reset);
  client.on("close", () => upstream.destroy());
  return {
    ...{ index, client, up, down },
    get open() {
      return !client.destroyed;
    },
    get upBytes() {
      return up.bytes;
    },
    get downBytes() {
      return down.bytes;
    },
  };
}

function freeze(connections: readonly Connection[], direction: Direction): void {
  for (const { up, down } of connections) {
    if (direction !== "down") up.freeze();
    if (direction !== "up") down.freeze();
  }
}

function thaw(connections: readonly Connection[]): void {
  for (const { up, down } of connections) {
    up.thaw();
    down.thaw();
  }
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}
