/** Tests of useFlagDetails: why a value is what it is, and exposure by hand. @module */
import type { ClientDetails } from "@aplomb/client";
import type { JsonValue } from "@aplomb/core";
import { act, cleanup, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test } from "vitest";
import { bundleOf, type Flags } from "../test/bundle-of.js";
import { createMemoryClient, type MemoryClient } from "../test/memory-client.js";
import { FlagProvider } from "./flag-provider.js";
import { useFlagDetails } from "./use-flag-details.js";

afterEach(cleanup);

const on = { banner: { variant: "on", value: { text: "Hello", style: { tone: "warm" } } } };

function renderDetails(client: MemoryClient, flag: string, initial: JsonValue, expose?: "auto" | "manual") {
  const seen: ClientDetails[] = [];
  const hook = () => seen.push(useFlagDetails(flag, initial, { expose }));
  const wrapper = ({ children }: { children: ReactNode }) => <FlagProvider client={client}>{children}</FlagProvider>;
  return { seen, ...renderHook(hook, { wrapper }) };
}

test.each([
  { flag: "banner.text", expected: { flagKey: "banner.text", value: "Hello", variant: "on", reason: "SPLIT" } },
  { flag: "missing", expected: { flagKey: "missing", value: "", reason: "ERROR", errorCode: "FLAG_NOT_FOUND" } },
])("of $flag are $expected", ({ flag, expected }) => {
  const { seen } = renderDetails(createMemoryClient(bundleOf(on)), flag, "");
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject(expected);
});

test.each<{ what: string; next: Flags; renders: number }>([
  { what: "a new bundle that answers the same", next: { ...on, other: on.banner }, renders: 1 },
  { what: "another variant of the same value", next: { banner: { ...on.banner, variant: "also" } }, renders: 2 },
  { what: "another rule with the same variant", next: { banner: { ...on.banner, rule: "beta" } }, renders: 2 },
])("after $what: $renders renders, the same value object", ({ next, renders }) => {
  const client = createMemoryClient(bundleOf(on));
  const { seen } = renderDetails(client, "banner.style", {});
  act(() => client.publish(bundleOf(next)));
  expect(seen).toHaveLength(renders);
  expect(new Set(seen.map((details) => details.value)).size).toBe(1);
});

test("with expose: manual, nothing is exposed until expose() is called", () => {
  const client = createMemoryClient(bundleOf(on));
  const { seen } = renderDetails(client, "banner.text", "", "manual");
  expect(client.exposures).toEqual([]);
  seen[0]?.expose();
  expect(client.exposures).toEqual(["banner:on:all:ada"]);
});

test("expose() of details whose value object was kept exposes what they say", () => {
  const client = createMemoryClient(bundleOf(on));
  const { seen } = renderDetails(client, "banner.style", {}, "manual");
  act(() => client.publish(bundleOf({ banner: { ...on.banner, variant: "also" } })));
  seen[1]?.expose();
  expect(client.exposures).toEqual(["banner:also:all:ada"]);
});
