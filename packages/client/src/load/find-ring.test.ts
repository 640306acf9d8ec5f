/** The ring of an installation: from the id that its store keeps, and no early one without. @module */
import { ringOf } from "@aplomb/core";
import { createVirtualClock } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { BundleStore } from "../bundle-store.js";
import { type FindRingParts, findRing } from "./find-ring.js";

const AUDIENCE = "web.test";
/** Ids of 32 digits, by the ring that they fall into. */
const idOf = new Map(
  Array.from({ length: 2_000 }, (_, index) => index.toString(16).padStart(32, "0")).map((id) => [
    ringOf(id, AUDIENCE),
    id,
  ]),
);
const idIn = (ring: number): string => idOf.get(ring) ?? "";
const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));

const store = (installId?: BundleStore["installId"]): BundleStore => ({
  load: async () => ({ bundles: [], envelopes: [], roots: [] }),
  save: async () => undefined,
  saveRoots: async () => undefined,
  ...(installId && { installId }),
});

function find(own: BundleStore | undefined, fresh = idIn(0)) {
  const warnings: string[] = [];
  const clock = createVirtualClock();
  const parts: FindRingParts = {
    ...{ store: own, audience: AUDIENCE, clock, randomBytes: () => bytesOf(fresh) },
    warn: (reason) => warnings.push(reason),
  };
  return { ring: findRing(parts), warnings, clock };
}

describe("findRing", () => {
  test.each([0, 1, 2])("a kept id decides: ring %i", async (ring) => {
    const { ring: found, warnings } = find(
      store(async () => idIn(ring)),
      idIn(0),
    );
    expect(await found).toBe(ring);
    expect(warnings).toEqual([]);
  });

  test("without a kept id, 16 fresh random bytes are offered", async () => {
    const offered: string[] = [];
    const { ring } = find(
      store(async (fresh) => {
        offered.push(fresh);
        return fresh;
      }),
      idIn(1),
    );
    expect(await ring).toBe(1);
    expect(offered).toEqual([idIn(1)]);
  });

  test.each([
    { title: "no store", own: undefined, says: /no store keeps an install id/ },
    { title: "a store that keeps no id", own: store(), says: /no store keeps an install id/ },
    {
      title: "a store that fails",
      own: store(async () => Promise.reject(new Error("disk full"))),
      says: /no early ring.*disk full/,
    },
  ])("$title: everybody's, whatever would have been drawn", async ({ own, says }) => {
    const { ring, warnings } = find(own, idIn(1));
    expect(await ring).toBe(0);
    expect(warnings).toEqual([expect.stringMatching(says)]);
  });

  test("a store that never answers holds nobody up", async () => {
    const { ring, clock } = find(
      store(() => new Promise(() => undefined)),
      idIn(1),
    );
    await clock.advance(2_000);
    expect(await ring).toBe(0);
  });
});
