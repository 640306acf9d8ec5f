/** Holds the TCP proxy to its rules, over real sockets. @module */
import { get } from "node:https";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createSeededRandom } from "../seeded-random.js";
import { until } from "../until.js";
import { createCertificateAuthority } from "./certificate-authority.js";
import { startFaultProxy } from "./fault-proxy.js";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.js";

/** Echoes; remembers how its connections ended. */
const endings: string[] = [];
const echo = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on("error", ({ message }) => endings.push(message));
  socket.on("end", () => endings.push("end"));
  socket.pipe(socket);
});
let target = "";
let proxy: TcpProxy;
const sockets: Socket[] = [];

beforeAll(async () => {
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  target = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
  proxy = await startTcpProxy(target);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  proxy.setRule(undefined);
  await proxy.restore();
  endings.length = 0;
});
afterAll(async () => {
  await proxy.close();
  echo.close();
});

interface Line {
  readonly socket: Socket;
  readonly text: () => string;
  /** "open", "end", or the code of the error. */
  readonly state: () => string;
}

/** Opens a connection through the proxy, watched. */
function open(): Line {
  const socket = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  let [text, state] = ["", "open"];
  socket.on("data", (data) => {
    text += data;
  });
  socket.on("end", () => {
    state = "end";
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    state = error.code ?? "error";
  });
  sockets.push(socket);
  return { socket, text: () => text, state: () => state };
}

describe("startTcpProxy", () => {
  test("passes bytes and ends both ways, and counts them", async () => {
    const { socket, text, state } = open();
    socket.end("hello");
    await until(() => state() === "end");
    expect([text(), endings]).toEqual(["hello", ["end"]]);
    await until(() => !proxy.connections.at(-1)!.open);
    expect(proxy.connections.at(-1)).toMatchObject({ upBytes: 5, downBytes: 5 });
  });

  test("latency delays all bytes alike, and an end comes last", async () => {
    proxy.setRule(() => ({ up: { latencyMs: 60 }, down: { latencyMs: 60 } }));
    const { socket, text, state } = open();
    const startMs = performance.now();
    for (const letter of "abcdefghij") socket.write(letter);
    socket.end();
    await until(() => state() === "end");
    const tookMs = performance.now() - startMs;
    expect(text()).toBe("abcdefghij");
    expect(tookMs).toBeGreaterThanOrEqual(118);
    expect(tookMs).toBeLessThan(600);
  });

  test("jitter keeps the order", async () => {
    const random = createSeededRandom(1);
    proxy.setRule(() => ({ up: { jitterMs: () => random.next() * 10 } }));
    const { socket, text } = open();
    for (const letter of "abcdefghij") {
      socket.write(letter);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until(() => text().length === 10);
    expect(text()).toBe("abcdefghij");
  });

  test("a slow line takes its time", async () => {
    proxy.setRule(() => ({ down: { bytesPerSecond: 1_000 } }));
    const { socket, text } = open();
    const startMs = performance.now();
    socket.write("x".repeat(100));
    await until(() => text().length === 100);
    socket.write("y");
    await until(() => text().length === 101);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(99);
  });

  test.each([
    { name: "before the first byte", rule: { up: { resetAfterBytes: 0 } }, received: "" },
    { name: "after bytes of the request", rule: { up: { resetAfterBytes: 3 } }, received: "" },
    { name: "after bytes of the answer", rule: { down: { resetAfterBytes: 3 } }, received: "abc" },
  ])("resets $name", async ({ rule, received }) => {
    proxy.setRule(() => rule);
    const { socket, text, state } = open();
    socket.write("abcdef");
    await until(() => state() !== "open");
    expect(["ECONNRESET", "EPIPE"]).toContain(state());
    if (received) expect(text()).toBe(received);
    await until(() => !proxy.connections.at(-1)!.open);
    expect(proxy.connections.at(-1)!.upBytes).toBe(rule.up ? rule.up.resetAfterBytes : 6);
  });

  test("a stalled direction stays open and silent, the other goes on", async () => {
    proxy.setRule(() => ({ down: { stallAfterBytes: 2 } }));
    const { socket, text, state } = open();
    socket.write("abcdef");
    await until(() => text() === "ab");
    socket.end("gh");
    await until(() => endings.includes("end"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([text(), state(), proxy.connections.at(-1)!.upBytes]).toEqual(["ab", "open", 8]);
  });

  test.each(["up", "down", "both"] as const)("half-open %s: silent until thawed, then whole", async (direction) => {
    const { socket, text, state } = open();
    socket.write("a");
    await until(() => text() === "a");
    proxy.freeze(direction);
    socket.write("b");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([text(), state()]).toEqual(["a", "open"]);
    expect(proxy.connections.at(-1)!.upBytes).toBe(direction === "down" ? 2 : 1);
    proxy.thaw();
    await until(() => text() === "ab");
  });

  test("only the connection with a rule suffers", async () => {
    const first = proxy.connections.length;
    proxy.setRule((index) => (index === first ? { up: { resetAfterBytes: 0 } } : undefined));
    const [bad, good] = [open(), open()];
    good.socket.write("x");
    await until(() => good.text() === "x" && bad.state() !== "open");
    expect(good.state()).toBe("open");
  });

  test.each([
    { outage: "refuse", before: "ECONNRESET", during: "ECONNREFUSED" } as const,
    { outage: "reset", before: "ECONNRESET", during: "ECONNRESET" } as const,
    { outage: "hang", before: "open", during: "open" } as const,
  ])("an outage ($outage), and its end", async ({ outage, before, during }) => {
    const old = open();
    old.socket.write("a");
    await until(() => old.text() === "a");
    await proxy.cut(outage);
    const fresh = open();
    fresh.socket.write("b");
    if (outage === "hang") await new Promise((resolve) => setTimeout(resolve, 50));
    else await until(() => old.state() !== "open" && fresh.state() !== "open");
    expect([old.state(), fresh.state(), fresh.text()]).toEqual([before, during, ""]);
    await proxy.restore();
    const after = open();
    after.socket.write("c");
    await until(() => after.text() === "c");
    if (outage === "hang") await until(() => fresh.text() === "b");
  });

  test("passes TLS through, end to end", async () => {
    const authority = await createCertificateAuthority();
    const secure = await startFaultProxy(target, { tls: await authority.issue() });
    secure.setRule(() => ({ kind: "answer", status: 200, body: "secret" }));
    const wire = await startTcpProxy(secure.url);
    const status = await new Promise((resolve, reject) => {
      const request = get(wire.url, { ca: authority.pem, agent: false }, (response) => {
        resolve(response.resume().statusCode);
      });
      request.on("error", reject);
    });
    expect([status, secure.requests.length, wire.url.startsWith("https:")]).toEqual([200, 1, true]);
    await Promise.all([wire.close(), secure.close(), authority.close()]);
  });
});
