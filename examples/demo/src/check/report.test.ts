/** Tests of the check's verdict: each kind of trouble is named. @module */
import { describe, expect, test } from "vitest";
import type { Findings } from "./check-demo.js";
import { failuresOf, findingsTable } from "./report.js";

const variants = [
  { variant: "classic", service: 60, page: 60 },
  { variant: "express", service: 140, page: 140 },
];
const agreement = { flag: "checkout", variants, agreeing: 200, differing: [] };
const exposures = { audience: "web.demo", expected: 2, rows: 2, missing: [], unexpected: [], repeated: [] };
const fine: Findings = {
  ...{ before: [agreement], after: [agreement], latencyMs: { service: 80, page: 90 }, exposures: [exposures] },
  ...{ moved: 40, pageLoads: 1, pageErrors: [] },
};

describe("failuresOf", () => {
  test.each<{ what: string; change: Partial<Findings>; failures: string[] }>([
    { what: "all is well", change: {}, failures: [] },
    {
      what: "a shopper got something else",
      change: { after: [{ ...agreement, differing: ["shopper-001: service a, page b"] }] },
      failures: ["checkout differs for 1 shoppers, such as shopper-001: service a, page b"],
    },
    {
      what: "the page was slow",
      change: { latencyMs: { service: 80, page: 2_001 } },
      failures: ["the page took 2001 ms to follow the edit; 2000 are allowed"],
    },
    { what: "nobody moved", change: { moved: 0 }, failures: ["the edit of the split moved nobody"] },
    { what: "the page was reloaded", change: { pageLoads: 2 }, failures: ["the page was loaded 2 times"] },
    { what: "the page failed", change: { pageErrors: ["boom"] }, failures: ["the page said: boom"] },
    {
      what: "exposures are lost and made up",
      change: { exposures: [{ ...exposures, missing: ["aa"], unexpected: ["bb", "cc"] }] },
      failures: [
        "1 exposures of web.demo are missing, such as aa",
        "2 exposures of web.demo are unexpected, such as bb, cc",
      ],
    },
    {
      what: "there is nothing to expose",
      change: { exposures: [{ ...exposures, expected: 0 }] },
      failures: ["web.demo has nothing to expose"],
    },
  ])("$what", ({ change, failures }) => {
    expect(failuresOf({ ...fine, ...change })).toEqual(failures);
  });
});

test("findingsTable puts both sides beside each other", () => {
  const lines = findingsTable(fine).split("\n");
  expect(lines[2]).toBe("checkout  classic    60    60          60          60  yes");
  expect(lines.at(-1)).toBe("web.demo             2       2        0           0         0");
});
