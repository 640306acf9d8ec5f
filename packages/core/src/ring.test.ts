/** Rings: their shares, and whose manifest is taken by whom. @module */
import { describe, expect, test } from "vitest";
import { bucketOf } from "./bucket.js";
import { checkRing, EVERYBODY } from "./check-ring.js";
import { isFlagError } from "./errors.js";
import { EARLY_RINGS, ringOf } from "./ring.js";

/** How many of so many installations are in each ring. */
function countRings(audience: string, installations: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let index = 0; index < installations; index++) {
    const ring = ringOf(`install-${index}`, audience);
    counts.set(ring, (counts.get(ring) ?? 0) + 1);
  }
  return counts;
}

describe("ringOf", () => {
  test("1 % of installations are in the first ring, 10 % in the first two, the rest in none", () => {
    const counts = countRings("web.production", 100_000);
    expect([...counts.keys()].sort()).toEqual([EVERYBODY, ...EARLY_RINGS.map(({ ring }) => ring)]);
    expect(counts.get(1)).toBeGreaterThan(800);
    expect(counts.get(1)).toBeLessThan(1_200);
    expect((counts.get(1) ?? 0) + (counts.get(2) ?? 0)).toBeGreaterThan(9_400);
    expect((counts.get(1) ?? 0) + (counts.get(2) ?? 0)).toBeLessThan(10_600);
  });

  test.each([
    { installId: "install-5", audience: "web.production", ring: 1 },
    { installId: "install-367", audience: "web.production", ring: 1 },
    { installId: "install-2", audience: "web.production", ring: 2 },
    { installId: "install-45", audience: "web.production", ring: 0 },
    { installId: "install-45", audience: "api.production", ring: 1 },
    { installId: "install-5", audience: "api.production", ring: 2 },
  ])(
    "$installId of $audience is in ring $ring, in this release and in every other",
    ({ installId, audience, ring }) => {
      expect(ringOf(installId, audience)).toBe(ring);
      const place = bucketOf(`ring|${audience}`, installId, 1_000);
      expect(place < 10 ? 1 : place < 100 ? 2 : 0).toBe(ring);
    },
  );

  test("one installation draws anew for each audience", () => {
    const first = Array.from({ length: 20_000 }, (_, index) => `install-${index}`).filter(
      (installId) => ringOf(installId, "a") === 1,
    );
    const again = first.filter((installId) => ringOf(installId, "b") === 1);
    expect(again.length).toBeLessThan(first.length / 10);
  });
});

describe("checkRing", () => {
  test.each([
    { of: 0, client: 0, taken: true },
    { of: 0, client: 1, taken: true },
    { of: 0, client: 2, taken: true },
    { of: 1, client: 1, taken: true },
    { of: 2, client: 2, taken: true },
    { of: 1, client: 0, taken: false },
    { of: 2, client: 0, taken: false },
    { of: 1, client: 2, taken: false },
    { of: 2, client: 1, taken: false },
    { of: 7, client: 0, taken: false },
  ])("a manifest of ring $of, for a client in ring $client: taken $taken", ({ of, client, taken }) => {
    const check = () => checkRing({ ring: of }, client);
    if (taken) expect(check).not.toThrow();
    else expect(check).toThrow(expect.toSatisfy((error) => isFlagError(error, "AUDIENCE")));
  });
});
