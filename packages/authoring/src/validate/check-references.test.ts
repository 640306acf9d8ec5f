/** What can be wrong with conditions on other flags, and with times: the exact place, and what is said. @module */
import { describe, expect, test } from "vitest";
import { problemsOf, problemsOfFlag } from "../../testdata/problems-of.js";

const waiting = (key: string, when: string, more = "") =>
  `key: ${key}\ntype: boolean\n${more}rules:\n  - name: r\n    when: ${when}\n    serve: on\n`;

describe("conditions on other flags", () => {
  const other = { "flags/b.yaml": "key: b\ntype: string\nvariants: { x: x, y: y }" };
  test.each([
    { title: "a variant", files: { ...other, "flags/a.yaml": waiting("a", "{ flag: b, gives: x }") }, problems: [] },
    { title: "a list", files: { ...other, "flags/a.yaml": waiting("a", "{ flag: b, gives: [x, y] }") }, problems: [] },
    {
      title: "no flag",
      files: { ...other, "flags/a.yaml": waiting("a", "{ flag: c, gives: x }") },
      problems: ['flags/a.yaml:5:19 there is no flag "c"'],
    },
    {
      title: "no variant",
      files: { ...other, "flags/a.yaml": waiting("a", "{ flag: b, gives: [x, z] }") },
      problems: ['flags/a.yaml:5:33 the flag "b" has no variant "z"'],
    },
    {
      title: "without gives",
      files: { ...other, "flags/a.yaml": waiting("a", "{ flag: b }") },
      problems: ['flags/a.yaml:5:11 "gives" is missing'],
    },
    {
      title: "gives without flag",
      files: { ...other, "flags/a.yaml": waiting("a", "{ gives: x }") },
      problems: ["flags/a.yaml:5:11 there is none of attribute, all, any, not, inSegment, flag"],
    },
    {
      title: "one that is wrong itself",
      files: { "flags/b.yaml": "key: b", "flags/a.yaml": waiting("a", "{ flag: b, gives: x }") },
      problems: ['flags/b.yaml:1:1 "type" is missing'],
    },
    {
      title: "itself",
      files: { "flags/a.yaml": waiting("a", "{ flag: a, gives: on }") },
      problems: ["flags/a.yaml:5:19 the flag waits for itself: a → a"],
    },
    {
      title: "itself by way of a segment and another flag, said once",
      files: {
        "flags/a.yaml": waiting("a", "{ not: { inSegment: s } }"),
        "flags/b.yaml": waiting("b", "{ flag: a, gives: on }"),
        "segments/s.yaml": "key: s\nwhen: { any: [{ attribute: x, equals: 1 }, { flag: b, gives: off }] }",
      },
      problems: ["flags/a.yaml:5:31 the flag waits for itself: a → s → b → a"],
    },
    {
      title: "one in fewer environments",
      files: {
        "flags/b.yaml": "key: b\ntype: boolean\nenvironments: [staging]",
        "flags/a.yaml": waiting("a", "{ flag: b, gives: on }"),
      },
      problems: ['flags/a.yaml:5:19 warning: the flag "b" is only in staging; elsewhere this condition is false'],
    },
    {
      title: "one in the same environments",
      files: {
        "flags/b.yaml": "key: b\ntype: boolean\nenvironments: [staging]",
        "flags/a.yaml": waiting("a", "{ flag: b, gives: on }", "environments: [staging]\n"),
      },
      problems: [],
    },
  ])("$title", ({ files, problems }) => {
    expect(problemsOf(files as Record<string, string>)).toEqual(problems);
  });

  const chain = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `flags/f${i}.yaml`,
        i + 1 < count ? waiting(`f${i}`, `{ flag: f${i + 1}, gives: on }`) : `key: f${i}\ntype: boolean`,
      ]),
    );
  test.each([
    { count: 32, problems: [] },
    {
      count: 33,
      problems: [
        'flags/f0.yaml:5:19 the flag "f0" is the first of 33 that wait for one another, and an evaluation follows 32',
      ],
    },
  ])("a chain of $count", ({ count, problems }) => {
    expect(problemsOf(chain(count))).toEqual(problems);
  });
});

describe("times and reserved attributes", () => {
  const rule = (fields: string) => `key: a\ntype: boolean\nrules: [{ name: r, serve: on, ${fields} }]`;
  test.each([
    { fields: "starts: 2027-03-01", problems: [] },
    { fields: "starts: 2027-03-01T09:00:00.125+01:00, ends: 2027-03-02", problems: [] },
    { fields: "starts: tomorrow", problems: ['3:39 "tomorrow" is not a moment'] },
    { fields: "ends: 2027-02-30", problems: ['3:37 "2027-02-30" is not a moment'] },
    {
      fields: "ends: 2027-03-01T00:00:00.0001Z",
      problems: ["3:37 2027-03-01T00:00:00.0001Z is finer than a millisecond"],
    },
    {
      fields: "starts: 2027-03-01T01:00:00+01:00, ends: 2027-03-01",
      problems: ["3:72 the rule ends at 2027-03-01, which is not after its start at 2027-03-01T01:00:00+01:00"],
    },
    {
      fields: "when: { attribute: $nowMs, above: 1 }",
      problems: ['3:50 "$nowMs" is reserved: attributes that begin with $ are the client\'s own'],
    },
  ])("$fields", ({ fields, problems }) => {
    expect(problemsOfFlag(rule(fields))).toEqual(problems);
  });

  test("a rule that waits for its time, or takes a part only, leaves others to the next", () => {
    const rules = ["starts: 2027-03-01", "ends: 2027-03-01", "sticky: true", "slot: g/x", "holdout: g"].map(
      (field, i) => `  - { name: r${i}, serve: on, ${field} }\n`,
    );
    const flag = `key: a\ntype: boolean\nrules:\n${rules.join("")}  - { name: last, serve: off }\n`;
    expect(problemsOf({ "groups/g.yaml": "key: g\nholdout: 1\nslots: { x: 1 }", "flags/a.yaml": flag })).toEqual([]);
  });
});
