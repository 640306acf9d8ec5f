/** D15 N-15: a client never keeps a process alive, and never lets it die while it is awaited. @module */
import { spawn } from "node:child_process";
import { availableParallelism, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { bundleBytes, createTestKeys, fullRollout, until } from "@aplomb/testkit";
import { startTestEndpoint, type TestEndpoint } from "@aplomb/testkit/test-endpoint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const keys = await createTestKeys({ audience: "api.test" });
const variants = [{ name: "on", value: { enabled: true } }];
const flags = { checkout: { variants, rules: [fullRollout("all", "everyone", "on")] } };
const sealed = await keys.seal(bundleBytes({ segments: { everyone: {} }, flags }));

let endpoint: TestEndpoint;
beforeAll(async () => {
  endpoint = await startTestEndpoint();
  endpoint.publish(sealed);
});
afterAll(() => endpoint.close());

/** Runs a program in a process of its own; resolves with how it ended. */
async function run(url: string, program: string): Promise<{ code: number | null; output: string; tookMs: number }> {
  const root = Buffer.from(keys.rootEnvelope).toString("base64");
  const source = `
    import { createFlagClient } from "@aplomb/node";
    const flags = createFlagClient({
      endpoint: "${url}", clientKey: "secret", logger: null, refresh: { stream: true },
      trust: { root: "${root}", audience: "api.test" },
    });
    const say = (text) => process.stdout.write(text + "\\n");
    ${program}
    say("end");
  `;
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const args = ["--conditions=@aplomb/source", "--import=tsx", "--input-type=module", "-e", source];
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let endedAtMs = Number.NaN;
  child.stdout.on("data", (data) => {
    output += data;
    if (output.endsWith("end\n")) endedAtMs = performance.now();
  });
  child.stderr.on("data", (data) => {
    output += data;
  });
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { code, output, tookMs: performance.now() - endedAtMs };
}

describe("a process with a client", { timeout: 30_000 }, () => {
  test("D15 exits by itself with the client and its stream open", async () => {
    const ending = run(
      endpoint.url,
      `say((await flags.ready()).state);
       say(String(flags.getBooleanValue("checkout.enabled", false, { targetingKey: "u" })));
       await new Promise((resolve) => setTimeout(resolve, 500));`,
    );
    await until(() => endpoint.watchers === 1, 20_000);
    const { code, output, tookMs } = await ending;
    expect({ code, output }).toEqual({ code: 0, output: "READY\ntrue\nend\n" });
    expect(tookMs).toBeLessThan(2_000);
  });

  test("N-15 exits by itself after close", async () => {
    const { code, output, tookMs } = await run(
      endpoint.url,
      "await flags.ready(); await flags.close(); say(flags.status.state);",
    );
    expect({ code, output }).toEqual({ code: 0, output: "CLOSED\nend\n" });
    // On a busy machine, leaving takes as long as the machine lets it.
    const isQuiet = process.env.APLOMB_DEEP === "1" && (loadavg()[0] ?? 0) < availableParallelism();
    expect(tookMs).toBeLessThanOrEqual(isQuiet ? 200 : 2_000);
  });

  test("D15 does not end while ready is awaited, though nothing else keeps it", async () => {
    const { code, output } = await run("http://127.0.0.1:9", "say((await flags.ready({ timeoutMs: 700 })).state);");
    expect({ code, output }).toEqual({ code: 0, output: "ERROR\nend\n" });
  });
});
