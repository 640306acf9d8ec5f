/** Announcements under a clock that a test moves. @module */

import { createVirtualClock } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { Publication, PublishedManifest } from "../publication.js";
import { heartbeatMs, watchBundle } from "./watch-bundle.js";

/** A publication that holds what a test puts into it. */
function heldPublication() {
  const held = new Map<string, PublishedManifest>();
  const listeners = new Set<(manifest: PublishedManifest) => void>();
  const publication: Publication = {
    audiences: () => [...held.keys()],
    manifest: (audience) => held.get(audience),
    bundle: async () => undefined,
    remoteBundle: () => undefined,
    root: async () => undefined,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const put = (audience: string, version: number, epoch = 1): void => {
    const manifest: PublishedManifest = {
      ...{ audience, ring: 0, version, epoch, bytes: new Uint8Array(), etag: '""', sha256: "" },
      ...{ sizeBytes: 0, issuedAtMs: 0, freshUntilMs: 0 },
    };
    held.set(audience, manifest);
    for (const listener of listeners) listener(manifest);
  };
  return { publication, put, listeners };
}

/** Watches, and collects versions as "epoch.version". */
function watching(audience = "web.test") {
  const clock = createVirtualClock();
  const { publication, put, listeners } = heldPublication();
  const abort = new AbortController();
  const heard: string[] = [];
  const start = () =>
    (async () => {
      for await (const { epoch, version } of watchBundle(publication, { audience, ring: 0 }, clock, abort.signal)) {
        heard.push(`${epoch}.${version}`);
      }
    })();
  return { clock, put, listeners, abort, heard, start };
}

describe("watchBundle", () => {
  test("the current version at once, then each new one", async () => {
    const { clock, put, heard, start } = watching();
    put("web.test", 3);
    void start();
    await clock.settle();
    put("web.test", 4);
    await clock.settle();
    put("web.test", 1, 2);
    await clock.settle();
    expect(heard).toEqual(["1.3", "1.4", "2.1"]);
  });

  test("a heartbeat where nothing is published, and after every 15 silent seconds", async () => {
    const { clock, heard, start } = watching();
    void start();
    await clock.advance(heartbeatMs - 1);
    expect(heard).toEqual(["0.0"]);
    await clock.advance(1 + heartbeatMs);
    expect(heard).toEqual(["0.0", "0.0", "0.0"]);
  });

  test("other audiences are not heard", async () => {
    const { clock, put, heard, start } = watching();
    put("web.test", 1);
    void start();
    await clock.settle();
    put("api.test", 9);
    await clock.settle();
    expect(heard).toEqual(["1.1"]);
  });

  test("a ring hears its own versions, and everybody hears nothing of them", async () => {
    const { publication, put } = heldPublication();
    const manifests = new Map<number, number>();
    const inRings: Publication = {
      ...publication,
      manifest: (audience, ring = 0) => {
        const manifest = publication.manifest(audience);
        return manifest && { ...manifest, ring, version: manifests.get(ring) ?? manifests.get(0) ?? 0 };
      },
    };
    const clock = createVirtualClock();
    const abort = new AbortController();
    const hear = async (ring: number, heard: bigint[]) => {
      const stream = watchBundle(inRings, { audience: "web.test", ring }, clock, abort.signal);
      for await (const { version } of stream) if (version > 0n) heard.push(version);
    };
    manifests.set(0, 1);
    put("web.test", 1);
    const [first, everybody]: [bigint[], bigint[]] = [[], []];
    void hear(1, first);
    void hear(0, everybody);
    await clock.settle();
    manifests.set(1, 2);
    put("web.test", 2);
    await clock.settle();
    abort.abort();
    expect({ first, everybody }).toEqual({ first: [1n, 2n], everybody: [1n] });
  });

  test("whoever reads slowly gets the newest version only", async () => {
    const { publication, put } = heldPublication();
    const abort = new AbortController();
    const stream = watchBundle(publication, { audience: "web.test", ring: 0 }, createVirtualClock(), abort.signal);
    put("web.test", 1);
    expect((await stream.next()).value?.version).toBe(1n);
    for (const version of [2, 3, 4]) put("web.test", version);
    expect((await stream.next()).value?.version).toBe(4n);
    await stream.return(undefined);
  });

  test("ends without an error when the signal aborts, and leaves nothing behind", async () => {
    const { clock, put, listeners, abort, start } = watching();
    put("web.test", 1);
    const ended = start();
    await clock.settle();
    abort.abort();
    await expect(ended).resolves.toBeUndefined();
    expect([listeners.size, clock.pendingTimers]).toEqual([0, 0]);
  });
});
