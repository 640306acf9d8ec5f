/** Tabs that share their work, in real Chromium: locks and channels are real, and each group stands for a tab. @module */
import { type ExposureSink, type ManifestAnswer, RequestError } from "@aplomb/client";
import { FlagError } from "@aplomb/core";
import { createSeededRandom, createVirtualClock } from "@aplomb/testkit";
import { afterEach, describe, expect, test, vi } from "vitest";
import { pageClock } from "../page-clock.js";
import { type SharedWork, type SharedWorkParts, shareWork } from "./share-work.js";

const INTERVAL_MS = 60_000;
const { signal } = new AbortController();
const stored = { duplicate: false, rejected: [] };

const tabs: SharedWork[] = [];
afterEach(() => {
  for (const tab of tabs.splice(0)) tab.leave();
});

/** An origin's endpoint: what every tab would ask by itself. */
function endpoint() {
  const manifest: ManifestAnswer = { envelope: Uint8Array.of(1), validator: '"1"' };
  const requests: string[] = [];
  const record = async <T>(request: string, answer: T): Promise<T> => {
    requests.push(request);
    return answer;
  };
  const parts = {
    source: {
      fetchManifest: (validator: string | undefined) =>
        record("manifest", validator === manifest.validator ? undefined : manifest),
      fetchBundle: (sha256: string, _: number, reload: boolean) =>
        record(`bundle ${sha256}${reload ? " reload" : ""}`, Uint8Array.of(7)),
    },
    sink: { publish: (batch: Uint8Array) => record(`publish ${batch}`, stored) },
  };
  return { parts, requests, name: crypto.randomUUID() };
}

let opened = 0;

function open(name: string, parts: Pick<SharedWorkParts, "source" | "sink"> & Partial<SharedWorkParts>): SharedWork {
  const tab = shareWork({ name, tab: `tab-${opened++}`, clock: pageClock, pollIntervalMs: INTERVAL_MS, ...parts });
  tabs.push(tab);
  return tab;
}

/** Waits until somebody holds the lock of the group, and so many wait for it. */
async function inLine(name: string, pending: number): Promise<void> {
  await vi.waitUntil(async () => {
    const locks = await navigator.locks.query();
    const isOf = (lock: LockInfo) => lock.name === name;
    return (locks.held?.filter(isOf).length ?? 0) === 1 && (locks.pending?.filter(isOf).length ?? 0) === pending;
  });
}

describe("tabs that share", () => {
  test("A-13 twenty tabs over ten minutes: at most 1.1 manifests in each interval", async () => {
    const { parts, requests, name } = endpoint();
    const clock = createVirtualClock(0);
    const random = createSeededRandom(13);
    const all = Array.from({ length: 20 }, () => ({ tab: open(name, { ...parts, clock }), dueAtMs: 0, validator: "" }));
    await inLine(name, 19);
    for (let nowMs = 0; nowMs < 600_000; nowMs += 1_000) {
      for (const one of all.filter(({ dueAtMs }) => dueAtMs <= nowMs)) {
        const answer = await one.tab.source.fetchManifest(one.validator || undefined, signal);
        one.validator = answer?.validator ?? one.validator;
        one.dueAtMs = nowMs + INTERVAL_MS * (0.8 + 0.4 * random.next());
      }
      await clock.advance(1_000);
    }
    expect(requests.length).toBeLessThanOrEqual(1 + 1.1 * 10);
    expect(all.map(({ validator }) => validator)).toEqual(Array(20).fill('"1"'));
  });

  test("one tab fetches the bundle and sends for all", async () => {
    const { parts, requests, name } = endpoint();
    const [a, b, c] = [open(name, parts), open(name, parts), open(name, parts)];
    await inLine(name, 2);
    const bundles = await Promise.all([a, b, c].map((tab) => tab.source.fetchBundle("ab", 1, false, signal)));
    expect(bundles).toEqual(Array(3).fill(Uint8Array.of(7)));
    const answers = await Promise.all([a, b, c].map((tab, i) => tab.sink.publish(Uint8Array.of(i), signal)));
    expect(answers).toEqual(Array(3).fill(stored));
    expect(requests.sort()).toEqual(["bundle ab", "publish 0", "publish 1", "publish 2"]);
  });

  test("only the leader's own connection is used", async () => {
    const leader = endpoint();
    const follower = endpoint();
    open(leader.name, leader.parts);
    await inLine(leader.name, 0);
    const tab = open(leader.name, follower.parts);
    await inLine(leader.name, 1);
    await tab.source.fetchManifest(undefined, signal);
    await tab.sink.publish(Uint8Array.of(1), signal);
    expect([leader.requests, follower.requests]).toEqual([["manifest", "publish 1"], []]);
  });

  test("what is damaged is fetched past the leader, and a page that goes away sends by itself", async () => {
    const leader = endpoint();
    const follower = endpoint();
    open(leader.name, leader.parts);
    await inLine(leader.name, 0);
    const tab = open(leader.name, follower.parts);
    await inLine(leader.name, 1);
    await tab.source.fetchBundle("ab", 1, true, signal);
    await tab.sink.publish(Uint8Array.of(1), signal, true);
    expect([leader.requests, follower.requests]).toEqual([[], ["bundle ab reload", "publish 1"]]);
  });

  test.each([
    ["a refusal", new RequestError("no", { status: 503, retryAfterMs: 9_000 }), { status: 503, retryAfterMs: 9_000 }],
    ["a lost connection", new RequestError("lost"), { name: "RequestError", status: 0 }],
    ["what cannot be read", new FlagError("MALFORMED", "x"), { name: "FlagError", code: "MALFORMED" }],
    ["anything else", new TypeError("odd"), { name: "RequestError", status: 0, message: "TypeError: odd" }],
  ])("the leader's trouble is the asker's: %s", async (_, error, expected) => {
    const { parts, name } = endpoint();
    const sink: ExposureSink = { publish: () => Promise.reject(error) };
    open(name, { ...parts, sink });
    await inLine(name, 0);
    const tab = open(name, parts);
    await inLine(name, 1);
    const failure = await tab.sink.publish(Uint8Array.of(1), signal).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject(expected);
  });
});

describe("a leader that goes", () => {
  test("leaves: the next in line leads at once, and a question that was open is answered by the asker itself", async () => {
    const { parts, requests, name } = endpoint();
    const hung: ExposureSink = { publish: () => new Promise(() => {}) };
    const leader = open(name, { ...parts, sink: hung });
    await inLine(name, 0);
    const tab = open(name, parts);
    await inLine(name, 1);
    const sent = tab.sink.publish(Uint8Array.of(5), signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    leader.leave();
    expect(await sent).toEqual(stored);
    await inLine(name, 0);
    await tab.source.fetchManifest(undefined, signal);
    expect(requests).toEqual(["publish 5", "manifest"]);
  });

  test("is frozen: after a second without a sign, tabs work for themselves", async () => {
    const { parts, requests, name } = endpoint();
    let thaw = (): void => {};
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    void navigator.locks.request(name, () => frozen);
    const tab = open(name, parts);
    await inLine(name, 1);
    expect(await tab.source.fetchManifest(undefined, signal)).toMatchObject({ validator: '"1"' });
    expect(await tab.sink.publish(Uint8Array.of(1), signal)).toEqual(stored);
    expect(requests).toEqual(["manifest", "publish 1"]);
    thaw();
  });

  test("an asker that gives up gets no answer, and asks nobody else", async () => {
    const { parts, name } = endpoint();
    void navigator.locks.request(name, () => new Promise<void>((resolve) => setTimeout(resolve, 200)));
    const abort = new AbortController();
    const signals: boolean[] = [];
    const sink: ExposureSink = {
      async publish(_, given) {
        signals.push(given.aborted);
        throw new RequestError("given up");
      },
    };
    const tab = open(name, { ...parts, sink });
    await inLine(name, 1);
    const sent = tab.sink.publish(Uint8Array.of(1), abort.signal);
    abort.abort();
    await expect(sent).rejects.toThrow("given up");
    expect(signals).toEqual([true]);
  });
});

describe("streams", () => {
  test("one stream for all; who comes to lead opens its own", async () => {
    const { parts, name } = endpoint();
    const streams: string[] = [];
    const heard: string[] = [];
    const watch = (of: string, tab: SharedWork) =>
      tab.watch(async (announced, listening) => {
        streams.push(of);
        announced({ epoch: 1, version: 9 });
        await new Promise<void>((resolve) => listening.addEventListener("abort", () => resolve()));
      })(({ version }) => heard.push(`${of} ${version}`), signal);
    const [leader, other] = [open(name, parts), open(name, parts)];
    await inLine(name, 1);
    const ended = watch("other", other);
    void watch("leader", leader);
    await vi.waitUntil(() => heard.length === 2);
    expect([streams, heard.sort()]).toEqual([["leader"], ["leader 9", "other 9"]]);
    leader.leave();
    await ended;
    void watch("other", other);
    expect(streams).toEqual(["leader", "other"]);
  });
});
