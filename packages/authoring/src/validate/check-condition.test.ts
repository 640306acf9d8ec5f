/** What can be wrong with a condition: the exact place, and what is said. @module */
import { describe, expect, test } from "vitest";
import { problemsOfFlag } from "../../testdata/problems-of.js";

describe("conditions", () => {
  const before = "key: a\ntype: boolean\nrules:\n  - name: r\n    serve: on\n    when: ";
  test.each([
    { when: "{ attribute: x, equals: 1 }", problems: [] },
    { when: "{ attribute: x, atLeast: 1, below: 2 }", problems: [] },
    { when: "{ attribute: x, as: version, atLeast: 1.2.3 }", problems: [] },
    { when: "{ attribute: x, as: timestamp, below: 2027-03-01 }", problems: [] },
    { when: "{ all: [{ attribute: x, in: [a] }, { not: { any: [{ attribute: y, contains: z }] } }] }", problems: [] },
    { when: "{}", problems: ["6:11 there is none of attribute, all, any, not, inSegment, flag"] },
    { when: "[]", problems: ['6:11 "when" is a list'] },
    {
      when: "{ atribute: x }",
      problems: ['6:13 "atribute" is not known here'],
    },
    {
      when: "{ attribute: x }",
      problems: ["6:11 there is none of equals, in, startsWith, endsWith, contains, atLeast, above, atMost, below"],
    },
    { when: "{ attribute: x, equals: 1, in: [1] }", problems: ["6:11 equals and in cannot stand together"] },
    { when: "{ inSegment: none, equals: 1 }", problems: ['6:30 "equals" has no meaning here'] },
    { when: "{ all: [] }", problems: ['6:18 "all" is empty'] },
    { when: "{ attribute: x, in: [1, a] }", problems: ["6:35 the list begins with a number, but this is a string"] },
    { when: "{ attribute: x, equals: [1] }", problems: ['6:35 "equals" is a list'] },
    { when: "{ attribute: x, equals: .nan }", problems: ['6:35 "equals" is NaN'] },
    {
      when: '{ attribute: x, atLeast: "2" }',
      problems: ['6:36 "atLeast" has the text "2", and only numbers are ordered by themselves'],
    },
    { when: "{ attribute: x, as: version, atLeast: 2.1 }", problems: ["6:49 2.1 is not a version"] },
    { when: "{ attribute: x, as: version, in: [1.2.3, v1] }", problems: ['6:52 "v1" is not a version'] },
    { when: "{ attribute: x, as: timestamp, above: tomorrow }", problems: ['6:49 "tomorrow" is not a timestamp'] },
    { when: "{ attribute: x, as: version, contains: a }", problems: ["6:31 `as` has nothing to read here"] },
    { when: "{ attribute: x, atLeast: 1, above: 1 }", problems: ["6:46 atLeast and above are two bounds on one side"] },
    { when: "{ attribute: x, atLeast: 2, below: 2 }", problems: ["6:11 nothing lies between 2 and 2"] },
    { when: "{ attribute: x, atLeast: 2, atMost: 2 }", problems: [] },
    {
      when: '{ attribute: x, in: [a, "null"] }',
      problems: ['6:35 warning: a context without "x" equals this text too'],
    },
    {
      when: "{ attribute: x, in: [1, 9007199254740993] }",
      problems: ['6:35 "in" has a number that is too large to be kept exactly: it would be 9007199254740992'],
    },
    { when: "{ attribute: x, below: 1.0e+300 }", problems: [] },
    { when: "{ inSegment: staf }", problems: ['6:24 there is no segment "staf"'] },
    {
      when: `${"{ not: ".repeat(33)}{ attribute: x, equals: 1 }${" }".repeat(33)}`,
      problems: ["6:235 conditions lie more than 32 deep in each other"],
    },
  ])("$when", ({ when, problems }) => {
    expect(problemsOfFlag(before + when).sort()).toEqual([...problems].sort());
  });
});
