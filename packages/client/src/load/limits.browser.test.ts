/** P-07 in Chromium: each limit, one below, at and one beyond: accepted, accepted, refused; and what was there answers. @module */
import { PAGE_LIMITS } from "@aplomb/core";
import { expect, test } from "vitest";
import { LIMIT_CASES, loadAround, outcomesAround } from "../testing/limit-cases.js";

const cases = LIMIT_CASES.map((limitCase) => ({ limitCase, name: limitCase.name }));

test.each(cases)(
  "P-07 in Chromium, $name in pages: L-1 and L accepted, L+1 refused",
  { timeout: 60_000 },
  async (given) => {
    expect(await loadAround(given.limitCase, PAGE_LIMITS)).toEqual(outcomesAround(given.limitCase));
  },
);
