/** D15 N-15: a client never keeps a process alive, and never lets it die while it is awaited. @module */
import { availableParallelism, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { bundleBytes, createTestKeys, fullRollout, until } from "@aplomb/testkit";
import { startProgram } from "@aplomb/testkit/start-program";
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
async function run(url: string, program: string): Promise<{ code: number | null; lines: string[]; tookMs: number }> {
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
  const child = startProgram(source, fileURLToPath(new URL("..", import.meta.url)));
  await child.line("end");
  const endedAtMs = performance.now();
  const { code } = await child.ended;
  return { code, lines: [...child.lines], tookMs: performance.now() - endedAtMs };
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
    const { code, lines, tookMs } = await ending;
    expect({ code, lines }).toEqual({ code: 0, lines: ["READY", "true", "end"] });
    expect(tookMs).toBeLessThan(2_000);
  });

  test("N-15 exits by itself after close", async () => {
    const { code, lines, tookMs } = await run(
      endpoint.url,
      "await flags.ready(); await flags.close(); say(flags.status.state);",
    );
    expect({ code, lines }).toEqual({ code: 0, lines: ["CLOSED", "end"] });
    // On a busy machine, leaving takes as long as the machine lets it.
    const isQuiet = process.env.APLOMB_DEEP === "1" && (loadavg()[0] ?? 0) < availableParallelism();
    expect(tookMs).toBeLessThanOrEqual(isQuiet ? 200 : 2_000);
  });

  test("D15 does not end while ready is awaited, though nothing else keeps it", async () => {
    const { code, lines } = await run("http://127.0.0.1:9", "say((await flags.ready({ timeoutMs: 700 })).state);");
    expect({ code, lines }).toEqual({ code: 0, lines: ["ERROR", "end"] });
  });
});
