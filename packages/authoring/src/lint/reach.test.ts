/** Rules that nobody reaches, and splits that draw the same units. @module */
import { describe, expect, test } from "vitest";
import { lintOf, lintOfRules, lockOf } from "../../testdata/lint-of.js";

const unreachable = (place: string, name: string, why: string) =>
  `unreachable-rule ${place} no context reaches the rule "${name}": ${why}`;
const decided = (place: string, name: string, by: string) =>
  unreachable(place, name, `"${by}" above it decides for all whom it is for`);

describe("unreachable-rule", () => {
  test.each([
    {
      rules: "{ name: r, serve: on }\n{ name: s, serve: off }",
      found: ['build 5:11 no context reaches the rule "s": "r" above it decides for everybody'],
    },
    { rules: "{ name: r, serve: fallthrough }\n{ name: s, serve: off }", found: [] },
    { rules: "{ name: r, split: { on: 50, off: 50 } }\n{ name: s, serve: off }", found: [] },
    {
      rules: "{ name: r, split: { on: 50, off: 50 } }\n{ name: s, salt: x, split: { on: 10, off: 90 } }",
      found: [decided("5:11", "s", "r")],
    },
    {
      rules: "{ name: r, split: { on: 50, fallthrough: 50 } }\n{ name: s, salt: x, split: { on: 10, off: 90 } }",
      found: [],
    },
    {
      rules: "{ name: r, split: { on: 100, fallthrough: 0 } }\n{ name: s, split: { on: 10, off: 90 } }",
      found: ['build 5:11 no context reaches the rule "s": "r" above it decides for everybody'],
    },
    { rules: "{ name: r, unit: u, serve: on }\n{ name: s, serve: off }", found: [] },
    {
      rules: "{ name: r, unit: uuuu, serve: on }\n{ name: s, unit: uuuu, serve: off }",
      found: [decided("5:11", "s", "r")],
    },
    {
      rules:
        "{ name: r, when: { attribute: x, equals: 1 }, serve: on }\n{ name: s, when: { attribute: x, equals: 1 }, serve: off }",
      found: [decided("5:11", "s", "r")],
    },
    {
      rules:
        "{ name: r, when: { attribute: x, in: [a, b] }, serve: on }\n{ name: s, when: { all: [{ attribute: x, equals: a }, { attribute: y, equals: 1 }] }, serve: off }",
      found: [decided("5:11", "s", "r")],
    },
    {
      rules:
        "{ name: r, when: { any: [{ attribute: x, equals: a }, { attribute: y, equals: 1 }] }, serve: on }\n{ name: s, when: { attribute: y, equals: 1 }, serve: off }",
      found: [decided("5:11", "s", "r")],
    },
    {
      rules:
        "{ name: r, when: { attribute: x, in: [a] }, serve: on }\n{ name: s, when: { attribute: x, in: [a, b] }, serve: off }",
      found: [],
    },
    {
      rules:
        "{ name: r, environments: [staging], when: { attribute: x, equals: 1 }, serve: on }\n{ name: s, when: { attribute: x, equals: 1 }, serve: off }",
      found: [],
    },
    {
      rules:
        "{ name: r, enabled: false, when: { attribute: x, equals: 1 }, serve: on }\n{ name: s, when: { attribute: x, equals: 1 }, serve: off }",
      found: [],
    },
  ])("$rules", ({ rules, found }) => {
    expect(lintOfRules(rules)).toEqual(found);
  });

  const single = "no single value of x satisfies both tests of it";
  test.each([
    { when: "{ all: [{ attribute: x, equals: a }, { attribute: x, equals: b }] }", why: single },
    { when: "{ all: [{ attribute: x, equals: a }, { attribute: x, in: [a, b] }] }", why: undefined },
    { when: "{ all: [{ attribute: x, in: [a, b] }, { attribute: x, in: [c] }] }", why: single },
    { when: "{ all: [{ attribute: x, equals: 1 }, { attribute: x, equals: '1' }] }", why: undefined },
    { when: "{ all: [{ attribute: x, equals: 5 }, { attribute: x, atLeast: 6 }] }", why: single },
    { when: "{ all: [{ attribute: x, equals: 6 }, { attribute: x, atLeast: 6 }] }", why: undefined },
    { when: "{ all: [{ attribute: x, equals: a1 }, { attribute: x, startsWith: b }] }", why: single },
    { when: "{ all: [{ attribute: x, endsWith: b }, { attribute: x, equals: ab }] }", why: undefined },
    { when: "{ all: [{ attribute: x, above: 2 }, { attribute: x, below: 2 }] }", why: single },
    { when: "{ all: [{ attribute: x, atMost: 2 }, { attribute: x, atLeast: 2 }] }", why: undefined },
    { when: "{ all: [{ attribute: x, atMost: 2 }, { all: [{ attribute: x, above: 2 }] }] }", why: single },
    {
      when: "{ all: [{ attribute: x, as: version, below: 1.2.0 }, { attribute: x, as: version, above: 1.3.0 }] }",
      why: undefined,
    },
    {
      when: "{ all: [{ attribute: x, equals: a }, { not: { attribute: x, in: [a, b] } }] }",
      why: "the test of x and its opposite cannot both be true",
    },
    { when: "{ all: [{ attribute: x, equals: a }, { not: { attribute: x, equals: b } }] }", why: undefined },
    { when: "{ any: [{ attribute: x, equals: a }, { attribute: x, equals: b }] }", why: undefined },
    {
      when: "{ all: [{ attribute: y, equals: 1 }, { any: [{ all: [{ attribute: x, equals: a }, { not: { attribute: x, equals: a } }] }] }] }",
      why: "the test of x and its opposite cannot both be true",
    },
    { when: "{ not: { not: { all: [{ attribute: x, equals: a }, { attribute: x, equals: b }] } } }", why: single },
  ])("$when", ({ when, why }) => {
    const found = lintOfRules(`{ name: r, serve: on, when: ${when} }`);
    expect(found).toEqual(why === undefined ? [] : [unreachable("4:31", "r", why)]);
  });
});

describe("overlapping-split", () => {
  const overlap = (place: string, outcome: string, written: number, left: number) =>
    `overlapping-split ${place} "${outcome}" is to get ${written} % and gets ${left} %: the rule "r" above it, with the same salt and unit, gives the other buckets away`;
  const first = "{ name: r, salt: s, split: { on: 10, fallthrough: 90 } }";
  test.each([
    {
      rules: `${first}\n{ name: q, salt: s, split: { off: 10, fallthrough: 90 } }`,
      found: [overlap("5:32", "off", 10, 0)],
    },
    { rules: `${first}\n{ name: q, salt: s, split: { off: 30, on: 70 } }`, found: [overlap("5:32", "off", 30, 20)] },
    { rules: `${first}\n{ name: q, salt: s, split: { fallthrough: 10, off: 90 } }`, found: [] },
    { rules: `${first}\n{ name: q, salt: t, split: { off: 10, fallthrough: 90 } }`, found: [] },
    { rules: `${first}\n{ name: q, salt: s, unit: accountId, split: { off: 10, fallthrough: 90 } }`, found: [] },
    {
      rules: `${first}\n{ name: q, salt: s, weights: { off: 1, fallthrough: 1 } }`,
      found: [overlap("5:34", "off", 50, 40)],
    },
    {
      rules: `{ name: r, salt: s, when: { attribute: x, equals: 1 }, split: { on: 10, fallthrough: 90 } }\n{ name: q, salt: s, split: { off: 10, on: 90 } }`,
      found: [],
    },
    {
      rules: `{ name: r, split: { on: 10, fallthrough: 90 } }\n{ name: q, salt: a.r, split: { off: 10, on: 90 } }`,
      found: [],
    },
    {
      rules: `${first}\n{ name: q, salt: s, unit: targetingKey, split: { off: 10, fallthrough: 90 } }`,
      found: [overlap("5:52", "off", 10, 0)],
    },
    {
      rules: `{ name: r, salt: s, starts: 2027-01-01, split: { on: 10, fallthrough: 90 } }\n{ name: q, salt: s, split: { off: 10, on: 90 } }`,
      found: [],
    },
    {
      rules: `{ name: r, salt: s, ends: 2027-01-01, split: { on: 10, fallthrough: 90 } }\n{ name: q, salt: s, ends: 2027-01-01, split: { off: 10, on: 90 } }`,
      found: [overlap("5:50", "off", 10, 0)],
    },
  ])("$rules", ({ rules, found }) => {
    expect(lintOfRules(rules)).toEqual(found);
  });

  const inGroup = (earlier: string, later: string) =>
    lintOf({
      "groups/g.yaml": "key: g\nslots: { x: 40, y: 40 }",
      "flags/a.yaml": `key: a\ntype: boolean\nrules:\n- { name: r, salt: s, ${earlier}, split: { on: 10, fallthrough: 90 } }\n- { name: q, salt: s, ${later}, split: { off: 10, on: 90 } }`,
    });
  test("units of different slots never meet", () => {
    expect(inGroup("slot: g/x", "slot: g/y")).toEqual([]);
    expect(inGroup("slot: g/x", "slot: g/x")).toEqual([overlap("flags/a.yaml:5:43", "off", 10, 0)]);
  });

  test("on the lines that are kept, not on those that would be cut now", () => {
    const flag = {
      "flags/a.yaml": `key: a\ntype: boolean\nrules:\n- ${first}\n- { name: q, salt: s, split: { off: 10, on: 90 } }`,
    };
    const cut = lockOf(flag) ?? "";
    const apart = cut.replace("off: [0, 100000], on: [100000, 1000000]", "off: [900000, 1000000], on: [0, 900000]");
    expect(apart).not.toBe(cut);
    const sealed = lockOf({ ...flag, "allocation.lock": apart }) ?? "";
    expect(lintOf(flag)).toEqual([overlap("flags/a.yaml:5:32", "off", 10, 0)]);
    expect(lintOf({ ...flag, "allocation.lock": sealed })).toEqual([overlap("flags/a.yaml:5:41", "on", 90, 80)]);
  });
});

test("conditions within conditions are looked at for a while, and then left", () => {
  const nested = (kind: string, leaf: string) => `{ ${kind}: [`.repeat(20) + leaf + "] }".repeat(20);
  const [wide, narrow] = [nested("any", "{ attribute: x, equals: a }"), nested("all", "{ attribute: y, equals: b }")];
  expect(lintOfRules(`{ name: r, when: ${wide}, serve: on }\n{ name: s, when: ${narrow}, serve: off }`)).toEqual([]);
});
