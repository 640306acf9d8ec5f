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

  test("keys of one client rotate with an overlap: old and new open the same, for the same client", () => {
    const rotating = (keys: readonly string[]) =>
      createGate(
        keys.map((key) => ({ kind: "service", client: "billing", audience: "api.production", keySha256: hashOf(key) })),
      );
    const clients = (keys: readonly string[]) =>
      ["old", "new"].map((key) => rotating(keys).identify(`Bearer ${key}`)?.client);
    expect(clients(["old"])).toEqual(["billing", undefined]);
    expect(clients(["old", "new"])).toEqual(["billing", "billing"]);
    expect(clients(["new"])).toEqual([undefined, "billing"]);
  });

  test("a client without a name is called by its key's first audience", () => {
    const names = ["pk_web", "sk_new"].map((key) => gate.identify(`Bearer ${key}`)?.client);
    expect(names).toEqual(["web.production", "api.production"]);
  });

  test("origins: those of a page's key, of all keys of an audience, and none for secret keys", () => {
    const [shop, blog] = ["https://shop.example", "https://blog.example"];
    const browser = (key: string, allowedOrigins?: string[]): ClientCredential => ({
      ...{ kind: "browser", audience: "web", key },
      ...(allowedOrigins && { allowedOrigins }),
    });
    const service: ClientCredential = { kind: "service", audience: "api", keySha256: hashOf("sk") };
    const strict = createGate([browser("a", [shop]), browser("b", [blog]), service]);
    expect([...(strict.originsOf("web") ?? [])]).toEqual([shop, blog]);
    expect([...(strict.originsOf("api") ?? ["any"])]).toEqual([]);
    expect([...(strict.identify("Bearer a")?.origins ?? [])]).toEqual([shop]);
    expect(strict.identify("Bearer sk")?.origins?.size).toBe(0);
    const open = createGate([browser("a", [shop]), browser("c"), service]);
    expect([open.originsOf("web"), open.origins]).toEqual([undefined, undefined]);
    expect([...(createGate([browser("c")], [blog]).origins ?? [])]).toEqual([blog]);
  });

  test.each<{ credential: ClientCredential; names: string }>([
    { credential: { kind: "browser", audience: "../x", key: "pk" }, names: "clients[0].audience" },
    { credential: { kind: "browser", audience: "root", key: "pk" }, names: "clients[0].audience" },
    { credential: { kind: "browser", audience: "web", key: "" }, names: "clients[0].key" },
    { credential: { kind: "browser", audience: "web", key: "a secret" }, names: "clients[0].key" },
    { credential: { kind: "service", audience: "api", keySha256: "sk_plain" }, names: "clients[0].keySha256" },
    { credential: { kind: "browser", audience: "web", key: "pk", client: "A b" }, names: "clients[0].client" },
    {
      credential: { kind: "browser", audience: "web", key: "pk", rate: { perSecond: 0 } },
      names: "clients[0].rate.perSecond",
    },
    {
      credential: { kind: "browser", audience: "web", key: "pk", allowedOrigins: ["https://shop.example/"] },
      names: "clients[0].allowedOrigins",
    },
  ])("refuses $credential and names $names, but no key", ({ credential, names }) => {
    const error = errorOf(() => createGate([credential]));
    expect(isFlagError(error, "OPTION")).toBe(true);
    expect(String(error)).toContain(names);
    expect(String(error)).not.toMatch(/a secret|sk_plain/);
  });

  test.each<{ name: string; second: Partial<ClientCredential>; names: string }>([
    { name: "one key of two clients", second: { client: "two" }, names: "clients[1].client" },
    { name: "two rates of one client", second: { rate: { perSecond: 2 } }, names: "clients[1].rate" },
  ])("refuses $name", ({ second, names }) => {
    const first = { kind: "browser", audience: "web", key: "pk", client: "one", rate: { perSecond: 1 } } as const;
    const error = errorOf(() => createGate([first, { ...first, ...second } as ClientCredential]));
    expect(String(error)).toContain(names);
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
