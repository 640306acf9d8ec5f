/** The stream of announcements, held to Connect's own server in memory. @module */
import { ResolveService, type WatchBundleResponseSchema } from "@aplomb/proto/resolve-service";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createRouterTransport, type HandlerContext } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import type { Announcement } from "../refresh-source.js";
import { classifyFailure } from "../retry/classify-failure.js";
import { watchBundle } from "./watch-bundle.js";

type Announce = (
  audience: string,
  context: HandlerContext,
) => AsyncGenerator<MessageInitShape<typeof WatchBundleResponseSchema>>;

function watching(announce: Announce) {
  const transport = createRouterTransport(({ service }) =>
    service(ResolveService, {
      async *watchBundle({ audience }, context) {
        yield* announce(audience, context);
      },
    }),
  );
  const heard: Announcement[] = [];
  const controller = new AbortController();
  const watch = watchBundle(transport, { endpoint: "x", clientKey: "key", audience: "web.test" });
  return { heard, controller, ended: watch((announcement) => heard.push(announcement), controller.signal) };
}

describe("watchBundle", () => {
  test("passes announcements on until the other side ends", async () => {
    const asked: (string | null)[] = [];
    const { heard, ended } = watching(async function* (audience, { requestHeader }) {
      asked.push(audience, requestHeader.get("authorization"));
      yield { epoch: 1n, version: 4n };
      yield {};
      yield { epoch: 2n, version: 1n };
    });
    await ended;
    expect(asked).toEqual(["web.test", "Bearer key"]);
    expect(heard).toEqual([
      { epoch: 1, version: 4 },
      { epoch: 0, version: 0 },
      { epoch: 2, version: 1 },
    ]);
  });

  test.each([
    [Code.Unavailable, "backoff"],
    [Code.Internal, "backoff"],
    [Code.ResourceExhausted, "throttled"],
    [Code.Unauthenticated, "extended"],
    [Code.PermissionDenied, "extended"],
    [Code.Unimplemented, "extended"],
  ])("a stream that breaks with code %i: %s", async (code, expected) => {
    const { ended } = watching(async function* () {
      yield {};
      throw new ConnectError("no", code);
    });
    expect(classifyFailure(await ended.catch((error) => error))).toBe(expected);
  });

  test("rejects when it is aborted", async () => {
    const { controller, ended } = watching(async function* (_audience, { signal }) {
      yield {};
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    });
    controller.abort();
    await expect(ended).rejects.toMatchObject({ name: "RequestError" });
  });
});
