/** D11: what is queued is sent before a process ends, however it is asked to. In real processes. @module */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bundleBytes, createTestKeys, split, until } from "@aplomb/testkit";
import { type FaultProxy, startFaultProxy } from "@aplomb/testkit/fault-proxy";
import { startTestEndpoint, type TestEndpoint } from "@aplomb/testkit/test-endpoint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const keys = await createTestKeys({ audience: "api.test" });
const variants = [{ name: "on", value: { enabled: true } }];
const flags = { checkout: { variants, rules: [split("all", "everyone", { on: 100 })] } };
const sealed = await keys.seal(bundleBytes({ segments: { everyone: {} }, flags }));

const children: ChildProcess[] = [];
let endpoint: TestEndpoint;
let proxy: FaultProxy;
beforeEach(async () => {
  endpoint = await startTestEndpoint();
  endpoint.publish(sealed);
  proxy = await startFaultProxy(endpoint.url);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await proxy.close();
  await endpoint.close();
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Starts a process that exposes ten units and installs the hooks; what it does then is the test's. */
function start(program: string): { child: ChildProcess; ready: Promise<void>; ended: Promise<Ended> } {
  const source = `
    import { createFlagClient, installShutdownHooks } from "@aplomb/node";
    const flags = createFlagClient({
      endpoint: "${proxy.url}", clientKey: "secret", logger: null,
      trust: { root: "${Buffer.from(keys.rootEnvelope).toString("base64")}", audience: "api.test" },
      exposures: { flushIntervalMs: 600_000 },
    });
    const say = (text) => process.stdout.write(text + "\\n");
    await flags.ready();
    for (let unit = 0; unit < 10; unit++) flags.getBooleanValue("checkout.enabled", false, { targetingKey: "u" + unit });
    ${program}
    say("ready");
  `;
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const args = ["--conditions=@aplomb/source", "--import=tsx", "--input-type=module", "-e", source];
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  const ended = new Promise<Ended>((resolve) => {
    child.on("exit", (code, signal) => resolve({ code, signal, output }));
  });
  return { child, ready: until(() => output.includes("ready"), 20_000), ended };
}

const stored = (): number => endpoint.batches.reduce((sum, { exposures }) => sum + exposures.length, 0);
const hangsUp = ({ method }: { method: string }) => (method === "POST" ? ({ kind: "hang" } as const) : undefined);
const install = "installShutdownHooks([flags], { onClosed: ([counts]) => say(JSON.stringify(counts)) });";
const forever = "setInterval(() => {}, 1e9);";
const allDelivered = '{"delivered":10,"pending":0,"dropped":0}';

describe("installShutdownHooks", { timeout: 30_000 }, () => {
  test.each<NodeJS.Signals>(["SIGTERM", "SIGINT"])("%s: sent, then ended by the signal", async (signal) => {
    const { child, ready, ended } = start(`${install} ${forever}`);
    await ready;
    child.kill(signal);
    expect(await ended).toMatchObject({ code: null, signal, output: `ready\n${allDelivered}\n` });
    expect(stored()).toBe(10);
  });

  test("a process with nothing left to do sends first", async () => {
    const { ended } = start(install);
    expect(await ended).toMatchObject({ code: 0, signal: null, output: `ready\n${allDelivered}\n` });
    expect(stored()).toBe(10);
  });

  test("where the application listens too, ending is the application's", async () => {
    const own = 'process.on("SIGTERM", () => setTimeout(() => process.exit(7), 1_000));';
    const { child, ready, ended } = start(`${install} ${own} ${forever}`);
    await ready;
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 7, output: `ready\n${allDelivered}\n` });
  });

  test("an endpoint that hangs costs no more than the time given", async () => {
    proxy.setRule(hangsUp);
    const hooks =
      "installShutdownHooks([flags], { timeoutMs: 300, onClosed: ([counts]) => say(JSON.stringify(counts)) });";
    const { child, ready, ended } = start(`${hooks} ${forever}`);
    await ready;
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({
      signal: "SIGTERM",
      output: 'ready\n{"delivered":0,"pending":0,"dropped":10}\n',
    });
  });

  test("a second signal ends it at once", async () => {
    proxy.setRule(hangsUp);
    const { child, ready, ended } = start(`installShutdownHooks([flags], { timeoutMs: 600_000 }); ${forever}`);
    await ready;
    child.kill("SIGTERM");
    await until(() => proxy.requests.some(({ method }) => method === "POST"));
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: null, signal: "SIGTERM" });
  });

  test("hooks that were taken away do nothing", async () => {
    const { child, ready, ended } = start(`${install.replace(/^/, "const remove = ")} remove(); ${forever}`);
    await ready;
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ signal: "SIGTERM", output: "ready\n" });
    expect(stored()).toBe(0);
  });
});
