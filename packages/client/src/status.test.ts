/** What the status says, and when listeners hear of it. @module */
import { FlagError, type FlagErrorCode, openBundle } from "@aplomb/core";
import { bundleBytes, createVirtualClock } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { BundleCell } from "./active-bundle.js";
import { createEmitter } from "./emitter.js";
import type { ClientEvents } from "./flag-client.js";
import { RequestError } from "./retry/request-error.js";
import { createStatusTracker } from "./status.js";

function tracked() {
  const clock = createVirtualClock(1_000_000);
  const emitter = createEmitter<ClientEvents>(() => expect.unreachable());
  const cell: BundleCell = { current: undefined };
  const heard: string[] = [];
  for (const event of ["ready", "stale", "error"] as const) emitter.on(event, () => heard.push(event));
  const status = createStatusTracker(cell, clock, emitter);
  const activate = (freshUntilMs: number) => {
    const manifest = { version: 7, sha256: "ab".repeat(32), freshUntilMs, epoch: 1 };
    const bytes = bundleBytes({});
    const known = { envelope: bytes, bytes, source: "network" as const, validator: undefined };
    cell.current = { ...known, flagSet: openBundle(bytes), manifest: { ...EMPTY_MANIFEST, ...manifest } };
    status.activated();
  };
  return { clock, status, heard, activate };
}

const EMPTY_MANIFEST = {
  ...{ trustDomain: "test", audience: "a", rootVersion: 1, issuedAtMs: 0, sizeBytes: 0, minReader: 1, ring: 0 },
  allowShrink: false,
};

describe("createStatusTracker", () => {
  test("begins with nothing", () => {
    const { status } = tracked();
    const nothing = { state: "NOT_READY", source: "none", bundleVersion: 0, bundleId: "", confirmedAtMs: 0 };
    expect(status.current).toEqual(nothing);
  });

  test("is the same object until something changes", () => {
    const { status, activate } = tracked();
    const before = status.current;
    expect(status.current).toBe(before);
    activate(2_000_000);
    expect(status.current).not.toBe(before);
  });

  test("a bundle makes it ready, a confirmation says when", () => {
    const { status, heard, activate } = tracked();
    activate(2_000_000);
    status.confirmed();
    const expected = { state: "READY", source: "network", bundleVersion: 7, confirmedAtMs: 1_000_000 };
    expect(status.current).toMatchObject(expected);
    expect(heard).toEqual(["ready"]);
  });

  test.each<[string, unknown, FlagErrorCode, string, string]>([
    ["no answer", new RequestError("down"), "UNREACHABLE", "READY", "NOT_READY"],
    ["an overload", new RequestError("busy", { status: 503 }), "UNREACHABLE", "READY", "NOT_READY"],
    ["a refusal", new RequestError("no", { status: 401 }), "REFUSED", "STALE", "NOT_READY"],
    ["a bad request", new RequestError("no", { status: 400 }), "REFUSED", "STALE", "NOT_READY"],
    ["a bad signature", new FlagError("SIGNATURE"), "SIGNATURE", "READY", "NOT_READY"],
    ["a rollback", new FlagError("ROLLBACK"), "ROLLBACK", "READY", "NOT_READY"],
    ["a foreign audience", new FlagError("AUDIENCE"), "AUDIENCE", "ERROR", "ERROR"],
    ["an unusable root", new FlagError("ROOT"), "ROOT", "STALE", "NOT_READY"],
    ["a shrunken bundle", new FlagError("SHRINK"), "SHRINK", "READY", "NOT_READY"],
    ["a foreign error", "text", "UNREACHABLE", "READY", "NOT_READY"],
  ])("%s → code, state with a bundle, state without", (_name, error, code, withBundle, without) => {
    const [one, other] = [tracked(), tracked()];
    one.activate(2_000_000);
    one.status.failed(error);
    other.status.failed(error);
    expect(one.status.current).toMatchObject({ state: withBundle, error: { code, atMs: 1_000_000 } });
    expect(other.status.current.state).toBe(without);
  });

  test("B-05 past its freshness a bundle is stale, and fresh again with the next manifest", async () => {
    const { clock, status, heard, activate } = tracked();
    activate(1_010_000);
    await clock.advance(10_001);
    status.confirmed();
    expect(status.current.state).toBe("STALE");
    activate(2_000_000);
    expect(status.current.state).toBe("READY");
    expect(heard).toEqual(["ready", "stale", "ready"]);
  });

  test("without a bundle in time it is an error, and no longer once there is one", () => {
    const { status, heard, activate } = tracked();
    status.expired();
    expect(status.current).toMatchObject({ state: "ERROR", error: { code: "NO_DATA" } });
    activate(2_000_000);
    expect(status.current).toMatchObject({ state: "READY" });
    expect(status.current.error).toBeUndefined();
    expect(heard).toEqual(["error", "ready"]);
  });

  test("a bundle that is there does not expire", () => {
    const { status, activate } = tracked();
    activate(2_000_000);
    status.expired();
    expect(status.current.state).toBe("READY");
  });

  test("listeners hear of an error once, until its code changes", () => {
    const { status, heard } = tracked();
    status.failed(new RequestError("down"));
    status.failed(new RequestError("still down"));
    status.failed(new FlagError("MALFORMED"));
    expect(heard).toEqual(["error", "error"]);
  });

  test("closed is the end", () => {
    const { status } = tracked();
    status.closed();
    status.expired();
    expect(status.current.state).toBe("CLOSED");
  });
});
