/** Rates by client and by address. @module */
import { describe, expect, test } from "vitest";
import { createRateCounter } from "./rate-limits.js";

describe("createRateCounter", () => {
  test("clients have rates of their own, or none", () => {
    const counter = createRateCounter({}, new Map([["web", { perSecond: 1, burst: 1 }]]));
    expect([counter.client("web", 0), counter.client("web", 0), counter.client("api", 0), counter.total(0)]).toEqual([
      0, 1_000, 0, 0,
    ]);
  });

  test("addresses of one network share a rate; another network has its own", () => {
    const counter = createRateCounter({ unknownKeys: { perSecond: 1, burst: 1 } }, new Map());
    const waits = ["2001:db8::1", "2001:db8::2", "2001:db9::1"].map((address) => counter.address(address, 0));
    expect(waits).toEqual([0, 1_000, 0]);
  });

  test("ten thousand addresses are remembered, then those that were quiet longest are forgotten", () => {
    const counter = createRateCounter({ unknownKeys: { perSecond: 1, burst: 1 } }, new Map());
    for (let index = 0; index < 10_000; index++) counter.address(`192.0.2.${index}`, 0);
    expect(counter.address("192.0.2.0", 0)).toBe(1_000);
    counter.address("198.51.100.1", 0);
    expect([counter.address("192.0.2.0", 0), counter.address("192.0.2.1", 0)]).toEqual([1_000, 0]);
  });
});
