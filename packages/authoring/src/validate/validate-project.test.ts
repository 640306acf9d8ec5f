/** What can be wrong with files taken together: the exact place, and what is said. @module */
import { describe, expect, test } from "vitest";
import { problemsOf } from "../../testdata/problems-of.js";

describe("segments", () => {
  const staff = "key: staff\nwhen: { attribute: x, equals: 1 }";
  test.each([
    {
      title: "one that a rule names",
      files: {
        "segments/s.yaml": staff,
        "flags/a.yaml": "key: a\ntype: boolean\nrules: [{ name: r, when: { inSegment: staff }, serve: on }]",
      },
      problems: [],
    },
    {
      title: "no condition",
      files: { "segments/s.yaml": "key: s" },
      problems: ['segments/s.yaml:1:1 "when" is missing'],
    },
    {
      title: "one that is not there",
      files: { "segments/s.yaml": "key: s\nwhen: { inSegment: t }" },
      problems: ['segments/s.yaml:2:20 there is no segment "t"'],
    },
    {
      title: "one that is there, but wrong",
      files: { "segments/s.yaml": "key: s\nwhen: { inSegment: t }", "segments/t.yaml": "key: t\nwhen: {}" },
      problems: ["segments/t.yaml:2:7 there is none of attribute, all, any, not, inSegment, flag"],
    },
    {
      title: "one that is there, but not YAML",
      files: { "segments/s.yaml": "key: s\nwhen: { inSegment: t }", "segments/t.yaml": "key: t\nkey: t" },
      problems: [],
    },
    {
      title: "two with one key",
      files: { "segments/s.yaml": staff, "segments/t.yaml": staff },
      problems: ['segments/t.yaml:1:6 the segment "staff" is already in segments/s.yaml'],
    },
    {
      title: "a reserved key",
      files: { "segments/s.yaml": "key: everybody\nwhen: { attribute: x, equals: 1 }" },
      problems: ['segments/s.yaml:1:6 "everybody" is the segment of rules without a condition'],
    },
    {
      title: "a circle of one",
      files: { "segments/s.yaml": "key: s\nwhen: { not: { inSegment: s } }" },
      problems: ["segments/s.yaml:2:7 the segment leads back to itself: s → s"],
    },
    {
      title: "a circle of three, said once",
      files: {
        "segments/c.yaml": "key: c\nwhen: { inSegment: a }",
        "segments/a.yaml": "key: a\nwhen: { inSegment: b }",
        "segments/b.yaml": "key: b\nwhen: { any: [{ inSegment: c }, { attribute: x, equals: 1 }] }",
      },
      problems: ["segments/a.yaml:2:7 the segment leads back to itself: a → b → c → a"],
    },
  ])("$title", ({ files, problems }) => {
    expect(problemsOf(files as Record<string, string>)).toEqual(problems);
  });

  test("a chain of 5,000 is only long", () => {
    const names = Array.from({ length: 5_000 }, (_, i) => i);
    const files = names.map((i) => [
      `segments/s${i}.yaml`,
      `key: s${i}\nwhen: { inSegment: s${Math.min(i + 1, 4_999)} }`,
    ]);
    files.push(["segments/s4999.yaml", "key: s4999\nwhen: { attribute: x, equals: 1 }"]);
    expect(problemsOf(Object.fromEntries(files))).toEqual([]);
  });
});

describe("flags against each other", () => {
  test("two files with one key", () => {
    const flag = "key: a\ntype: boolean";
    expect(problemsOf({ "flags/a.yaml": flag, "flags/b/a.yaml": flag })).toEqual([
      'flags/b/a.yaml:1:6 the flag "a" is already in flags/a.yaml',
    ]);
  });

  test("all files are judged, whatever is wrong with the others", () => {
    const files = { "aplomb.yaml": "trustDomain: X", "flags/a.yaml": "key: a", "segments/s.yaml": "key: s" };
    expect(problemsOf(files)).toEqual([
      'aplomb.yaml:1:1 "audiences" is missing',
      'aplomb.yaml:1:14 "trustDomain" is the text "X"',
      'flags/a.yaml:1:1 "type" is missing',
      'segments/s.yaml:1:1 "when" is missing',
    ]);
  });
});
