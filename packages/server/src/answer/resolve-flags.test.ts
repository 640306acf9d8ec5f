/** ResolveFlags over real sockets: who may ask what, in which protocol, and what comes back. @module */
import { FlagState } from "@aplomb/proto/bundle";
import { ResolveService } from "@aplomb/proto/resolve-service";
import { equalTo, fullRollout, segmentOf, split } from "@aplomb/testkit";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { afterEach, describe, expect, test } from "vitest";
import { connectClient } from "../../test/batches.js";
import { pageKey, serviceKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";

let endpoint: TestEndpoint;
afterEach(() => endpoint.close());

const segments = { everyone: {}, staff: segmentOf(equalTo("plan", "staff")) };
const variants = [{ name: "on", value: { enabled: true, text: "<b>" } }];
const local = { variants, rules: [split("half", "everyone", { on: 99 })] };
const staffOnly = { variants, rules: [fullRollout("r1", "staff", "on")] };
const published = {
  flags: { local, staffOnly: { state: FlagState.REMOTE }, off: { ...local, state: FlagState.DISABLED } },
  segments,
};
const remote = { flags: { staffOnly }, segments };

async function startPublished(): Promise<void> {
  endpoint = await startEndpoint();
  await endpoint.publishWithRemote("web.test", published, remote, 7n);
}

const context = { targetingKey: "user-1", plan: "staff" };

describe("an answer", () => {
  test("has all that details and exposures are made of, but for time, day and id", async () => {
    await startPublished();
    const answer = await connectClient(endpoint.server.url, pageKey).resolveFlags({ audience: "web.test", context });
    expect(answer.bundleVersion).toBe(7n);
    expect(answer.flags.map(({ flag, reason, evaluationReason }) => [flag, reason, evaluationReason])).toEqual([
      ["local", "MATCH", "SPLIT"],
      ["staffOnly", "MATCH", "TARGETING_MATCH"],
      ["off", "DISABLED", "DISABLED"],
    ]);
    expect(answer.flags[0]).toMatchObject({ variant: "on", value: { enabled: true, text: "<b>" }, errorCode: "" });
    expect(answer.flags[0]?.exposure).toMatchObject({
      ...{ flag: "local", variant: "on", rule: "half", assignmentId: "half/on", unit: "user-1", bundleVersion: 7n },
      ...{ exposedAtMs: 0n, windowDay: "", exposureId: new Uint8Array(0) },
    });
    expect(answer.flags[2]?.exposure).toBeUndefined();
  });

  test.each([
    ["Connect", (url: string) => connectClient(url, pageKey)],
    [
      "gRPC-Web",
      (url: string) =>
        createClient(
          ResolveService,
          createGrpcWebTransport({
            baseUrl: url,
            interceptors: [
              (next) => (request) => {
                request.header.set("authorization", `Bearer ${pageKey}`);
                return next(request);
              },
            ],
          }),
        ),
    ],
  ])("comes over %s", async (_name, clientOf) => {
    await startPublished();
    const { flags } = await clientOf(endpoint.server.url).resolveFlags({
      audience: "web.test",
      flags: ["staffOnly"],
      context,
    });
    expect(flags.map(({ flag, variant }) => [flag, variant])).toEqual([["staffOnly", "on"]]);
  });
});

describe("a question is refused", () => {
  test.each([
    ["for another audience", { audience: "api.test" }, pageKey, Code.PermissionDenied, "wrong_audience"],
    ["without a key", { audience: "web.test" }, undefined, Code.Unauthenticated, "unknown_key"],
    ["where nothing is published", { audience: "api.test" }, serviceKey, Code.NotFound, "not_published"],
    [
      "for too many flags",
      { audience: "web.test", flags: Array(2_001).fill("f") },
      pageKey,
      Code.InvalidArgument,
      "malformed",
    ],
    [
      "that is too long",
      { audience: "web.test", context: { s: "x".repeat(300_000) } },
      pageKey,
      Code.ResourceExhausted,
      "too_large",
    ],
  ])("%s", async (_name, question, key, code, refusalCode) => {
    await startPublished();
    const error = await connectClient(endpoint.server.url, key)
      .resolveFlags(question)
      .then(() => undefined, ConnectError.from);
    expect([error?.code, error?.metadata.get("aplomb-code") ?? ""]).toEqual([code, refusalCode]);
  });
});

describe("what is kept back", () => {
  test("has no address: neither the digest nor the folder leads to it", async () => {
    await startPublished();
    const sha256 = endpoint.publication.manifest("web.test")?.remoteBundle?.sha256;
    const paths = ["b/X", "remote/X", "../published.remote/web.test/X", "..%2f..%2fpublished.remote%2fweb.test%2fX"];
    const statuses = paths.map(async (path) => {
      const url = `${endpoint.server.url}/v1/web.test/${path.replace("X", sha256 ?? "")}`;
      return (await fetch(url, { headers: { authorization: `Bearer ${pageKey}` } })).status;
    });
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await Promise.all(statuses)).toEqual([404, 404, 404, 404]);
  });

  test("is followed: a new version answers anew, and one whose file is missing makes its flags wait", async () => {
    await startPublished();
    const ask = async () => {
      const client = connectClient(endpoint.server.url, pageKey);
      const { flags, bundleVersion } = await client.resolveFlags({
        audience: "web.test",
        flags: ["staffOnly"],
        context,
      });
      return [bundleVersion, flags[0]?.reason, flags[0]?.errorCode];
    };
    expect(await ask()).toEqual([7n, "MATCH", ""]);
    await endpoint.publishWithRemote("web.test", published, { flags: { staffOnly: {} } }, 8n);
    expect(await ask()).toEqual([8n, "NO_SEGMENT_MATCH", ""]);
    const nowhere = { sha256: new Uint8Array(32), sizeBytes: 40n };
    await endpoint.publish("web.test", published, { version: 9n, remoteBundle: nowhere });
    expect(await ask()).toEqual([9n, "PENDING", "PROVIDER_NOT_READY"]);
    const { problems } = await endpoint.publication.reload();
    expect(problems.map(({ message, servedVersion }) => [message, servedVersion])).toEqual([
      [`version 9 has flags that the endpoint resolves, and their bundle ${"0".repeat(64)} is not there`, 9],
    ]);
  });
});
