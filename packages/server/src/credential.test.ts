/** Keys and what they open. @module */
import { createHash } from "node:crypto";
import { isFlagError } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import { type ClientCredential, createGate } from "./credential.js";

const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");

describe("createGate", () => {
  const gate = createGate([
    { kind: "browser", audience: "web.production", key: "pk_web" },
    { kind: "browser", audience: "web.staging", key: "pk_web" },
    { kind: "service", audience: "api.production", keySha256: hashOf("sk_old") },
    { kind: "service", audience: "api.production", keySha256: hashOf("sk_new") },
  ]);

  test.each([
    { header: undefined, opens: undefined },
    { header: "", opens: undefined },
    { header: "pk_web", opens: undefined },
    { header: "Basic pk_web", opens: undefined },
    { header: "Bearer pk_web", opens: ["web.production", "web.staging"] },
    { header: "bearer  pk_web ", opens: ["web.production", "web.staging"] },
    { header: "Bearer pk_web pk_web", opens: undefined },
    { header: "Bearer sk_old", opens: ["api.production"] },
    { header: "Bearer sk_new", opens: ["api.production"] },
    { header: `Bearer ${hashOf("sk_new")}`, opens: undefined },
    { header: `Bearer ${"x".repeat(513)}`, opens: undefined },
  ])("identify($header) → $opens", ({ header, opens }) => {
    const caller = gate.identify(header);
    expect(caller && [...caller.audiences]).toEqual(opens);
  });

  test.each([
    { audience: "web.production", expected: true },
    { audience: "api.production", expected: false },
    { audience: "nobody.asked", expected: false },
  ])("isPublic($audience) → $expected", ({ audience, expected }) => {
    expect(gate.isPublic(audience)).toBe(expected);
  });

  test.each<{ credential: ClientCredential; names: string }>([
    { credential: { kind: "browser", audience: "../x", key: "pk" }, names: "clients[0].audience" },
    { credential: { kind: "browser", audience: "root", key: "pk" }, names: "clients[0].audience" },
    { credential: { kind: "browser", audience: "web", key: "" }, names: "clients[0].key" },
    { credential: { kind: "browser", audience: "web", key: "a secret" }, names: "clients[0].key" },
    { credential: { kind: "service", audience: "api", keySha256: "sk_plain" }, names: "clients[0].keySha256" },
  ])("refuses $credential and names $names, but no key", ({ credential, names }) => {
    const error = errorOf(() => createGate([credential]));
    expect(isFlagError(error, "OPTION")).toBe(true);
    expect(String(error)).toContain(names);
    expect(String(error)).not.toMatch(/a secret|sk_plain/);
  });
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
