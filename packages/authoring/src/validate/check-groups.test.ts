/** What can be wrong with groups, with rules that draw from them, and with what is kept of them. @module */
import { describe, expect, test } from "vitest";
import { problemsOf } from "../../testdata/problems-of.js";

describe("a group file", () => {
  test.each([
    { group: "key: g\nslots: { x: 30, y: 70 }", problems: [] },
    { group: "key: g\nholdout: 100", problems: [] },
    { group: "key: g", problems: ["1:1 there is none of slots, holdout"] },
    { group: "key: g\nslots: { x: 60, y: 50 }", problems: ["2:8 the slots add up to 110 percent"] },
    {
      group: "key: g\nholdout: 10\nslots: { x: 95 }",
      problems: ["3:8 the slots and the holdout add up to 105 percent"],
    },
    {
      group: "key: g\nslots: { x: 0.00001 }",
      problems: ["2:13 0.00001 is finer than a line of 1,000,000 buckets can be cut"],
    },
    { group: "key: g\nholdout: 101", problems: ['2:10 "holdout" is 101'] },
    { group: "key: g\nslots: { holdout: 10 }", problems: ['2:10 "holdout" cannot be used as a name'] },
    { group: "key: g\nslot: { x: 10 }\nholdout: 1", problems: ['2:1 "slot" is not known here'] },
  ])("$group", ({ group, problems }) => {
    expect(problemsOf({ "groups/g.yaml": group }).map((problem) => problem.replace("groups/g.yaml:", ""))).toEqual(
      problems,
    );
  });

  test("two with one key", () => {
    const group = "key: g\nholdout: 5";
    expect(problemsOf({ "groups/g.yaml": group, "groups/h.yaml": group })).toEqual([
      'groups/h.yaml:1:6 the group "g" is already in groups/g.yaml',
    ]);
  });
});

describe("a rule's slot and holdout", () => {
  const groups = {
    "groups/g.yaml": "key: g\nslots: { x: 30 }",
    "groups/h.yaml": "key: h\nunit: accountId\nholdout: 5\nslots: { x: 30 }",
    "groups/broken.yaml": "key: broken",
  };
  test.each([
    { rule: "slot: g/x", problems: [] },
    { rule: "unit: targetingKey, slot: g/x", problems: [] },
    { rule: "unit: accountId, slot: h/x, holdout: h", problems: [] },
    { rule: "unit: accountId, slot: h/holdout", problems: [] },
    { rule: "slot: broken/x", problems: [] },
    { rule: "slot: g", problems: ['3:37 "slot" is the text "g"'] },
    { rule: "slot: g/z", problems: ['3:37 the group "g" has no slot "z"'] },
    { rule: "slot: k/x", problems: ['3:37 there is no group "k"'] },
    { rule: "holdout: g", problems: ['3:40 the group "g" holds nobody back'] },
    {
      rule: "slot: h/x",
      problems: ['3:37 the group "h" draws by "accountId", but this rule counts by the targeting key'],
    },
    {
      rule: "unit: user, holdout: h",
      problems: ['3:52 the group "h" draws by "accountId", but this rule counts by "user"'],
    },
  ])("$rule", ({ rule, problems }) => {
    const flag = `key: a\ntype: boolean\nrules: [{ name: r, serve: on, ${rule} }]`;
    const found = problemsOf({ ...groups, "flags/a.yaml": flag }).filter((problem) => problem.startsWith("flags/"));
    expect(found.map((problem) => problem.replace("flags/a.yaml:", ""))).toEqual(problems);
  });
});

describe("allocation.lock", () => {
  const flag = "key: a\ntype: boolean\nrules: [{ name: r, split: { on: 50, off: 50 } }]";
  test.each([
    { lock: "rules: {}\ngroups: {}", problems: [] },
    {
      lock: "rules:\n  a/r: { on: [0, 400000, 900000, 1000000], off: [400000, 900000] }\ngroups: { g: { x: [5, 7] } }",
      problems: [],
    },
    { lock: "rules:\n  gone/r: { on: [0, 1000000] }\ngroups: {}", problems: [] },
    { lock: "rules: {}", problems: ['1:1 "groups" is missing'] },
    { lock: "rules: { a/r: { on: [0, 1000001] } }\ngroups: {}", problems: ['1:25 an element of "on" is 1000001'] },
    { lock: "rules: { a/r: { on: [0] } }\ngroups: {}", problems: ['1:21 "on" must NOT have fewer than 2 items'] },
    {
      lock: "rules: { a/r: { on: [0, 500000, 1000000], off: [500000, 1000000] } }\ngroups: {}",
      problems: ['1:21 the ranges of "on" are not pairs of a lower and a higher bucket'],
    },
    {
      lock: "rules: { a/r: { on: [500000, 0], off: [500000, 1000000] } }\ngroups: {}",
      problems: ['1:21 the ranges of "on" are not pairs of a lower and a higher bucket'],
    },
    {
      lock: "rules: { a/r: { on: [0, 600000], off: [500000, 1000000] } }\ngroups: {}",
      problems: ["1:39 bucket 500000 is given away twice"],
    },
    {
      lock: "rules: { a/r: { on: [0, 400000], off: [500000, 1000000] } }\ngroups: {}",
      problems: ["1:15 bucket 400000 belongs to nobody"],
    },
    { lock: "rules: { a/r: { on: [0, 400000] } }\ngroups: {}", problems: ["1:15 bucket 400000 belongs to nobody"] },
    { lock: "rules: {}\ngroups: { g: { x: [0, 9], y: [8, 10] } }", problems: ["2:30 bucket 8 is given away twice"] },
  ])("$lock", ({ lock, problems }) => {
    const found = problemsOf({ "flags/a.yaml": flag, "allocation.lock": lock });
    expect(found.map((problem) => problem.replace("allocation.lock:", ""))).toEqual(problems);
  });
});
