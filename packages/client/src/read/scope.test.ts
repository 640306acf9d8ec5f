/** Reads: right values, the right context, and nothing that throws. @module */
import { type EvaluationContext, type EvaluationDetails, openBundle } from "@aplomb/core";
import { bundleBytes, createVirtualClock, equalTo, fullRollout, segmentOf } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { BundleCell } from "../active-bundle.js";
import { Scope } from "./scope.js";
import type { ScopeParts } from "./scope-reader.js";

const variants = [{ name: "on", value: { flag: true, text: "new", count: 3, list: [1], deep: { text: "x" } } }];
const bundle = (usesSchedules = false) =>
  bundleBytes({
    usesSchedules,
    segments: {
      swedes: segmentOf({ and: [equalTo("country", "SE"), equalTo("plan", "pro")] }),
      everyone: {},
      future: segmentOf({ not: equalTo("$nowMs", 5_000) }),
    },
    flags: {
      checkout: { variants, rules: [fullRollout("all", "everyone", "on")] },
      targeted: { variants, rules: [fullRollout("swedes", "swedes", "on")] },
      scheduled: { variants, rules: [fullRollout("future", "future", "on")] },
    },
  });

function reading(options: { bytes?: Uint8Array | null; exposes?: boolean; base?: EvaluationContext } = {}) {
  const { bytes = bundle(), exposes = true, base = {} } = options;
  const exposed: EvaluationDetails[] = [];
  const failures: unknown[] = [];
  const manifest = {
    ...{ trustDomain: "test", audience: "a", rootVersion: 1, issuedAtMs: 0, sizeBytes: 0, minReader: 1, ring: 0 },
    ...{ allowShrink: false, version: 7, sha256: "", freshUntilMs: 0, epoch: 1 },
  };
  const cell: BundleCell = { current: undefined };
  if (bytes) {
    const known = { envelope: bytes, bytes, source: "network" as const, validator: undefined };
    cell.current = { ...known, manifest, flagSet: openBundle(bytes, { bundleVersion: 7 }) };
  }
  let context = base;
  const parts: ScopeParts = {
    cell,
    clock: createVirtualClock(5_000),
    baseContext: () => context,
    exposes,
    expose: (details) => exposed.push(details),
    failed: (error) => failures.push(error),
  };
  const setContext = (next: EvaluationContext) => {
    context = next;
  };
  return {
    scope: new Scope(parts),
    scopeOf: (own: EvaluationContext) => new Scope(parts, own),
    exposed,
    failures,
    setContext,
  };
}

describe("Scope reads", () => {
  test("every type, by value and by details", () => {
    const { scope } = reading();
    expect(scope.getBooleanValue("checkout.flag", false)).toBe(true);
    expect(scope.getStringValue("checkout.text", "")).toBe("new");
    expect(scope.getNumberValue("checkout.count", 0)).toBe(3);
    expect(scope.getObjectValue("checkout.deep", { text: "" })).toEqual({ text: "x" });
    expect(scope.getBooleanDetails("checkout.flag", false)).toMatchObject({
      value: true,
      variant: "on",
      reason: "STATIC",
    });
    expect(scope.getStringDetails("checkout.text", "").value).toBe("new");
    expect(scope.getNumberDetails("checkout.count", 0).value).toBe(3);
    expect(scope.getObjectDetails("checkout.list", [0]).value).toEqual([1]);
    expect(scope.peekValue("checkout.flag", false)).toBe(true);
    expect(scope.peekDetails("checkout.text", "").value).toBe("new");
    expect([...scope.evaluateAll().keys()]).toEqual(["checkout", "targeted", "scheduled"]);
  });

  test.each<[string, unknown, unknown, unknown, string]>([
    ["an unknown key", "nope", false, {}, "FLAG_NOT_FOUND"],
    ["no key", "", false, {}, "FLAG_NOT_FOUND"],
    ["a key that is no text", 7, false, {}, "FLAG_NOT_FOUND"],
    ["null for a key", null, false, {}, "FLAG_NOT_FOUND"],
    ["another type", "checkout.text", false, {}, "TYPE_MISMATCH"],
    ["a default of another type", "checkout.text", "x", {}, "TYPE_MISMATCH"],
    ["text for a context", "checkout.flag", false, "user", "INVALID_CONTEXT"],
    ["null for a context", "checkout.flag", false, null, "INVALID_CONTEXT"],
  ])("%s: the default and a code, never a throw", (_name, key, defaultValue, context, code) => {
    const { scope } = reading();
    const details = scope.getBooleanDetails(key as string, defaultValue as boolean, context as EvaluationContext);
    expect(details).toMatchObject({ value: defaultValue, reason: "ERROR", errorCode: code });
    expect(scope.getBooleanValue(key as string, defaultValue as boolean, context as EvaluationContext)).toBe(
      defaultValue,
    );
  });

  test("P-12 a hostile context: the default and a code, never a throw", () => {
    const hostile = new Proxy<EvaluationContext>(
      {},
      {
        get: () => {
          throw new Error("trap");
        },
        ownKeys: () => {
          throw new Error("trap");
        },
      },
    );
    const { scope, scopeOf, failures } = reading({ base: { country: "SE" } });
    expect(scope.getBooleanDetails("targeted.flag", false, hostile)).toMatchObject({ value: false, reason: "ERROR" });
    expect(scope.getBooleanValue("targeted.flag", false, hostile)).toBe(false);
    expect(scopeOf(hostile).getBooleanValue("targeted.flag", false)).toBe(false);
    expect(scope.evaluateAll(hostile).size).toBe(0);
    expect(failures).toHaveLength(4);
  });

  test("without a bundle: the default, PROVIDER_NOT_READY, and nothing to expose", () => {
    const { scope, exposed } = reading({ bytes: null });
    const details = scope.getStringDetails("checkout.text", "old");
    details.expose();
    expect(details).toMatchObject({ value: "old", reason: "ERROR", errorCode: "PROVIDER_NOT_READY" });
    expect([scope.getNumberValue("checkout.count", 1), scope.evaluateAll().size, exposed.length]).toEqual([1, 0, 0]);
  });
});

describe("Scope contexts", () => {
  const pro = { plan: "pro" };
  const swede = { country: "SE" };

  test.each<[string, EvaluationContext, EvaluationContext | undefined, EvaluationContext | undefined, boolean]>([
    ["the client's", { ...pro, ...swede }, undefined, undefined, true],
    ["the scope's", {}, { ...pro, ...swede }, undefined, true],
    ["the call's", {}, undefined, { ...pro, ...swede }, true],
    ["all three together", pro, { country: "NO" }, swede, true],
    ["the nearest wins", { ...pro, ...swede }, undefined, { country: "NO" }, false],
    ["nobody's", {}, {}, {}, false],
  ])("%s attributes count", (_name, base, own, call, expected) => {
    const { scope, scopeOf } = reading({ base });
    expect((own ? scopeOf(own) : scope).getBooleanValue("targeted.flag", false, call)).toBe(expected);
  });

  test("a scope follows the client's context, and changes no context it was given", () => {
    const base = Object.freeze({ country: "SE" });
    const own = Object.freeze({ plan: "pro" });
    const { scopeOf, setContext } = reading({ base });
    const scope = scopeOf(own);
    expect(scope.getBooleanValue("targeted.flag", false)).toBe(true);
    setContext({ country: "NO" });
    expect(scope.getBooleanValue("targeted.flag", false)).toBe(false);
    setContext(base);
    expect(scope.getBooleanValue("targeted.flag", false)).toBe(true);
  });

  test("the time is added only where a schedule asks for it", () => {
    expect(reading().scope.peekDetails("scheduled.flag", false).value).toBe(true);
    expect(reading({ bytes: bundle(true) }).scope.peekDetails("scheduled.flag", false).value).toBe(false);
  });
});

describe("Scope exposes", () => {
  test("on get, not on peek, and never twice for one call", () => {
    const { scope, exposed } = reading();
    scope.getBooleanValue("checkout.flag", false);
    scope.getBooleanDetails("checkout.flag", false);
    scope.peekValue("checkout.flag", false);
    scope.peekDetails("checkout.flag", false);
    scope.evaluateAll();
    expect(exposed).toHaveLength(2);
    expect(exposed[0]).toMatchObject({ flagKey: "checkout.flag", flagMetadata: { bundleVersion: 7 } });
  });

  test("on request: details carry the means", () => {
    const { scope, exposed } = reading();
    const { expose } = scope.peekDetails("checkout.flag", false);
    expose();
    scope.evaluateAll().get("checkout")?.expose();
    expect(exposed).toHaveLength(2);
  });

  test("in manual mode only on request", () => {
    const { scope, exposed } = reading({ exposes: false });
    scope.getBooleanValue("checkout.flag", false);
    scope.getBooleanDetails("checkout.flag", false).expose();
    expect(exposed).toHaveLength(1);
  });
});
