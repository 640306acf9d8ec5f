/** Remote flags: asked for ahead, remembered for a while, answered to nobody else, exposed once. @module */
import { FlagState } from "@aplomb/proto/bundle";
import {
  type ResolveFlagsRequest,
  ResolveFlagsRequestSchema,
  ResolveFlagsResponseSchema,
} from "@aplomb/proto/resolve-service";
import { until } from "@aplomb/testkit";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import type { Fetch } from "../host.js";
import { rolledOut, seal } from "../testing/sealed-bundles.js";
import { type StartedClient, startClient } from "../testing/start-client.js";
import { remoteFlags } from "./remote-flags.js";

const marked = { state: FlagState.REMOTE };
const first = await seal({ kept: marked, plain: rolledOut("on") }, { version: 1n });
const second = await seal({ kept: marked, plain: rolledOut("on") }, { version: 2n });
const user = { targetingKey: "user-1", plan: "pro", secret: "never sent" };

/** What the endpoint says of everybody: "pro" for the plan pro, "free" for others. */
function answerTo({ flags, context }: ResolveFlagsRequest): Uint8Array<ArrayBuffer> {
  const variant = context?.plan === "pro" ? "pro" : "free";
  const exposure = {
    variant,
    rule: "r0123",
    assignmentId: "r0123/a",
    unit: String(context?.targetingKey),
    bundleVersion: 1n,
  };
  const answers = flags.map((flag) => ({
    ...{ flag, variant, value: { text: variant, value: true }, reason: "MATCH", evaluationReason: "TARGETING_MATCH" },
    exposure: { ...exposure, flag },
  }));
  return toBinary(
    ResolveFlagsResponseSchema,
    create(ResolveFlagsResponseSchema, { flags: answers, bundleVersion: 1n }),
  );
}

interface Rig extends StartedClient {
  readonly asked: ResolveFlagsRequest[];
  /** What the endpoint does instead of answering. */
  respond: (body: Uint8Array) => Response | Promise<Response>;
}

const proto = { headers: { "content-type": "application/proto" } };

function start(isPage = false, options: Parameters<typeof startClient>[0] = {}): Rig {
  const asked: ResolveFlagsRequest[] = [];
  const rig = { respond: (body: Uint8Array): Response | Promise<Response> => new Response(body as BodyInit, proto) };
  const fetch: Fetch = async (url, init) => {
    expect([String(url), init?.method, init?.credentials, init?.redirect]).toEqual([
      "https://flags.example.com/aplomb.v1.ResolveService/ResolveFlags",
      ...["POST", "omit", "error"],
    ]);
    const question = fromBinary(ResolveFlagsRequestSchema, init?.body as Uint8Array);
    asked.push(question);
    return rig.respond(answerTo(question));
  };
  const openRemote = async (...parts: Parameters<typeof remoteFlags>) => remoteFlags(...parts);
  const host = { fetch, openRemote, preparesItself: isPage };
  return Object.assign(rig, startClient({ sendAttributes: ["plan"], ...options }, host, first), { asked });
}

const textOf = (reader: Pick<StartedClient["client"], "getStringValue">) => reader.getStringValue("kept.text", "none");

describe("prepare", () => {
  test("asks for the flags that the bundle only names; only what may leave leaves", async () => {
    const { client, asked } = start();
    await client.ready();
    expect(client.getStringDetails("kept.text", "none", user)).toMatchObject({
      ...{ value: "none", reason: "ERROR", errorCode: "PROVIDER_NOT_READY" },
    });
    const scope = await client.prepare(user);
    expect(asked.map(({ audience, flags, context }) => ({ audience, flags, context }))).toEqual([
      { audience: "api.test", flags: ["kept"], context: { targetingKey: "user-1", plan: "pro" } },
    ]);
    expect(scope.getStringDetails("kept.text", "none")).toMatchObject({
      ...{ flagKey: "kept.text", value: "pro", variant: "pro", reason: "TARGETING_MATCH" },
      flagMetadata: { resolutionReason: "MATCH", ruleId: "r0123", assignmentId: "r0123/a", bundleVersion: 1 },
    });
  });

  test.each<[string, (rig: StartedClient["client"]) => unknown, unknown]>([
    ["whole", (scope) => scope.getObjectValue("kept", {}), { text: "pro", value: true }],
    ["scalar", (scope) => scope.getBooleanValue("kept", false), true],
    ["missing field", (scope) => scope.getNumberDetails("kept.no", 7).reason, "TARGETING_MATCH"],
    ["inherited field", (scope) => scope.getStringValue("kept.toString", "none"), "none"],
    ["another type", (scope) => scope.getNumberDetails("kept.text", 7).errorCode, "TYPE_MISMATCH"],
    ["another flag", (scope) => scope.getBooleanValue("plain.enabled", false), true],
    [
      "all",
      (scope) => [...scope.evaluateAll()].map(([key, { variant }]) => `${key} ${variant}`),
      ["kept pro", "plain on"],
    ],
  ])("reads have the types of local flags: %s", async (_name, read, expected) => {
    const { client } = start();
    expect(read((await client.prepare(user)) as StartedClient["client"])).toEqual(expected);
  });

  test("an answer is never given to somebody else, nor for another plan", async () => {
    const { client } = start();
    const scope = await client.prepare(user);
    const readAs = (context: Readonly<Record<string, string>>) => scope.getStringValue("kept.text", "none", context);
    expect([readAs({ targetingKey: "user-2" }), readAs({ plan: "free" }), readAs({ secret: "other" })]).toEqual([
      ...["none", "none", "pro"],
    ]);
  });

  test("what a unit really met is exposed once, as the endpoint has said it", async () => {
    const { client, sink } = start();
    const scope = await client.prepare(user);
    scope.peekValue("kept.text", "none");
    await client.flush();
    expect(sink.batches).toEqual([]);
    for (let read = 0; read < 3; read++) expect(textOf(scope)).toBe("pro");
    await client.flush();
    const exposures = sink.batches.flatMap((batch) => batch.exposures);
    expect(exposures).toMatchObject([
      { flag: "kept", variant: "pro", rule: "r0123", unit: "user-1", bundleVersion: 1n },
    ]);
    expect(exposures[0]?.exposureId).toHaveLength(16);
  });

  test("a minute's answers are remembered, for each of a hundred contexts", async () => {
    const { client, asked, clock } = start();
    for (let round = 0; round < 2; round++) await client.prepare(user);
    expect(asked).toHaveLength(1);
    for (let unit = 0; unit < 100; unit++) await client.prepare({ targetingKey: `other-${unit}` });
    await client.prepare(user);
    expect(asked).toHaveLength(102);
    await clock.advance(60_000);
    await client.prepare(user);
    expect(asked).toHaveLength(103);
  });

  test("nothing is asked where nothing is left out, or for the flags that are named", async () => {
    const { client, asked } = start();
    await client.prepare(user, { flags: ["plain"] });
    expect(asked).toEqual([]);
  });

  test.each<[string, (rig: Rig) => void]>([
    ["is down", (rig) => (rig.respond = () => Promise.reject(new TypeError("Failed to fetch")))],
    ["refuses", (rig) => (rig.respond = () => new Response("{}", { status: 403 }))],
    [
      "is a portal",
      (rig) => (rig.respond = () => new Response("<html>", { headers: { "content-type": "text/html" } })),
    ],
    ["talks nonsense", (rig) => (rig.respond = () => new Response(new Uint8Array([255, 1]) as BodyInit, proto))],
    ["never ends", (rig) => (rig.respond = () => new Response(new Uint8Array(1_048_577) as BodyInit, proto))],
  ])("never rejects when the endpoint %s: what was remembered answers, or the default does", async (_name, breakIt) => {
    const rig = start(false, { logger: null });
    const { client, clock } = rig;
    await client.prepare(user);
    breakIt(rig);
    await clock.advance(60_000);
    expect(textOf(await client.prepare(user))).toBe("pro");
    expect(textOf(await client.prepare({ targetingKey: "user-2" }))).toBe("none");
  });

  test("gives up when the time is up", async () => {
    const rig = start(false, { logger: null });
    const { client, clock } = rig;
    await client.ready();
    rig.respond = () => new Promise(() => {});
    const prepared = client.prepare(user, { timeoutMs: 300 });
    await until(() => rig.asked.length === 1);
    await clock.advance(300);
    expect(textOf(await prepared)).toBe("none");
  });

  test("a context that JSON cannot hold is not sent", async () => {
    const { client, asked } = start(false, { logger: null });
    const scope = await client.prepare({ targetingKey: "u", plan: 1n });
    expect([textOf(scope), asked]).toEqual(["none", []]);
  });
});

describe("in a page", () => {
  test("the client asks by itself: at the start, for another context, for another version", async () => {
    const { client, asked, source, clock } = start(true, { context: user });
    await client.ready();
    await until(() => textOf(client) === "pro");
    client.setContext({ ...user, plan: "free" });
    expect(textOf(client)).toBe("none");
    await until(() => textOf(client) === "free");
    source.publish(second);
    await clock.advance(75_000);
    await until(() => asked.length === 3);
    expect(client.status.bundleVersion).toBe(2);
    await client.close();
  });

  test("an endpoint in trouble is asked less and less; while it is, the default answers", async () => {
    const rig = start(true, { context: user, logger: null });
    rig.respond = () => new Response("", { status: 503 });
    const { client, asked, clock } = rig;
    await client.ready();
    const waits = [10_000, 20_000, 40_000];
    for (const [at, waitMs] of waits.entries()) {
      await until(() => asked.length === at + 1);
      await clock.advance(waitMs - 1);
      expect(asked).toHaveLength(at + 1);
      await clock.advance(1);
    }
    rig.respond = (body) => new Response(body as BodyInit, proto);
    expect(textOf(client)).toBe("none");
    await clock.advance(80_000);
    await until(() => textOf(client) === "pro");
    await client.close();
  });
});
