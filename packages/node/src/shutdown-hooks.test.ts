/** D11: what is queued is sent before a process ends, however it is asked to. In real processes. @module */
import { fileURLToPath } from "node:url";
import { bundleBytes, createTestKeys, split, until } from "@aplomb/testkit";
import { type FaultProxy, startFaultProxy } from "@aplomb/testkit/fault-proxy";
import { type RunningProgram, startProgram } from "@aplomb/testkit/start-program";
import { startTestEndpoint, type TestEndpoint } from "@aplomb/testkit/test-endpoint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const keys = await createTestKeys({ audience: "api.test" });
const variants = [{ name: "on", value: { enabled: true } }];
const flags = { checkout: { variants, rules: [split("all", "everyone", { on: 100 })] } };
const sealed = await keys.seal(bundleBytes({ segments: { everyone: {} }, flags }));

const packageDirectory = fileURLToPath(new URL("..", import.meta.url));
const programs: RunningProgram[] = [];
let endpoint: TestEndpoint;
let proxy: FaultProxy;
beforeEach(async () => {
  endpoint = await startTestEndpoint();
  endpoint.publish(sealed);
  proxy = await startFaultProxy(endpoint.url);
});
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
  await proxy.close();
  await endpoint.close();
});

/** Starts a process that exposes ten units and installs the hooks; what it does then is the test's. */
function start(program: string): RunningProgram {
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
  const running = startProgram(source, packageDirectory);
  programs.push(running);
  return running;
}

/** How a process ended, and all that it said. */
async function outcomeOf({ ended, lines }: RunningProgram): Promise<object> {
  return { ...(await ended), lines };
}

const stored = (): number => endpoint.batches.reduce((sum, { exposures }) => sum + exposures.length, 0);
const hangsUp = ({ method }: { method: string }) => (method === "POST" ? ({ kind: "hang" } as const) : undefined);
const install = "installShutdownHooks([flags], { onClosed: ([counts]) => say(JSON.stringify(counts)) });";
const forever = "setInterval(() => {}, 1e9);";
const allDelivered = '{"delivered":10,"pending":0,"dropped":0}';

describe("installShutdownHooks", { timeout: 30_000 }, () => {
  test.each<NodeJS.Signals>(["SIGTERM", "SIGINT"])("%s: sent, then ended by the signal", async (signal) => {
    const running = start(`${install} ${forever}`);
    await running.line("ready");
    void running.kill(signal);
    expect(await outcomeOf(running)).toMatchObject({ code: null, signal, lines: ["ready", allDelivered] });
    expect(stored()).toBe(10);
  });

  test("a process with nothing left to do sends first", async () => {
    const running = start(install);
    expect(await outcomeOf(running)).toMatchObject({ code: 0, signal: null, lines: ["ready", allDelivered] });
    expect(stored()).toBe(10);
  });

  test("where the application listens too, ending is the application's", async () => {
    const own = 'process.on("SIGTERM", () => setTimeout(() => process.exit(7), 1_000));';
    const running = start(`${install} ${own} ${forever}`);
    await running.line("ready");
    void running.kill("SIGTERM");
    expect(await outcomeOf(running)).toMatchObject({ code: 7, lines: ["ready", allDelivered] });
  });

  test("an endpoint that hangs costs no more than the time given", async () => {
    proxy.setRule(hangsUp);
    const hooks =
      "installShutdownHooks([flags], { timeoutMs: 300, onClosed: ([counts]) => say(JSON.stringify(counts)) });";
    const running = start(`${hooks} ${forever}`);
    await running.line("ready");
    void running.kill("SIGTERM");
    expect(await outcomeOf(running)).toMatchObject({
      signal: "SIGTERM",
      lines: ["ready", '{"delivered":0,"pending":0,"dropped":10}'],
    });
  });

  test("a second signal ends it at once", async () => {
    proxy.setRule(hangsUp);
    const running = start(`installShutdownHooks([flags], { timeoutMs: 600_000 }); ${forever}`);
    await running.line("ready");
    void running.kill("SIGTERM");
    await until(() => proxy.requests.some(({ method }) => method === "POST"));
    void running.kill("SIGTERM");
    expect(await outcomeOf(running)).toMatchObject({ code: null, signal: "SIGTERM" });
  });

  test("hooks that were taken away do nothing", async () => {
    const running = start(`${install.replace(/^/, "const remove = ")} remove(); ${forever}`);
    await running.line("ready");
    void running.kill("SIGTERM");
    expect(await outcomeOf(running)).toMatchObject({ signal: "SIGTERM", lines: ["ready"] });
    expect(stored()).toBe(0);
  });
});
