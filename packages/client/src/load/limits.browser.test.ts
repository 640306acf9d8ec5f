/** P-07 in Chromium: each limit, one below, at and one beyond: accepted, accepted, refused; and what was there answers. @module */
import { PAGE_LIMITS } from "@aplomb/core";
import { expect, test } from "vitest";
import { LIMIT_CASES, loadAtLimit } from "../testing/limit-cases.js";

const hosts = [{ host: "pages", limits: PAGE_LIMITS }];
const cases = hosts.flatMap((host) => LIMIT_CASES.map((limitCase) => ({ ...host, limitCase, name: limitCase.name })));

test.each(cases)(
  "P-07 in Chromium, $name in $host: L-1 and L accepted, L+1 refused",
  { timeout: 60_000 },
  async (given) => {
    const { limits, limitCase } = given;
    const accepted = { code: "ok", version: 2, setAside: false, soundAnswers: true };
    expect(await loadAtLimit(limitCase, limits, -1)).toEqual(accepted);
    expect(await loadAtLimit(limitCase, limits, 0)).toEqual(accepted);
    const refused = { code: "LIMIT", version: 1, setAside: false, soundAnswers: true };
    const setAside = { code: "ok", version: 2, setAside: true, soundAnswers: true };
    expect(await loadAtLimit(limitCase, limits, 1)).toEqual(limitCase.takes === "bundle" ? refused : setAside);
  },
);
