/** P-07: each limit, one below, at and one beyond: accepted, accepted, refused; and what was there answers. @module */
import { PAGE_LIMITS, SERVICE_LIMITS } from "@aplomb/core";
import { expect, test } from "vitest";
import { LIMIT_CASES, loadAround, outcomesAround } from "../testing/limit-cases.js";

const hosts = [
  { host: "services", limits: SERVICE_LIMITS },
  { host: "pages", limits: PAGE_LIMITS },
];
const cases = hosts.flatMap((host) => LIMIT_CASES.map((limitCase) => ({ ...host, limitCase, name: limitCase.name })));

test.each(cases)("P-07 $name in $host: L-1 and L accepted, L+1 refused", { timeout: 60_000 }, async (given) => {
  expect(await loadAround(given.limitCase, given.limits)).toEqual(outcomesAround(given.limitCase));
});
