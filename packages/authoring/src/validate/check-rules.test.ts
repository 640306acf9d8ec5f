/** What can be wrong with the rules of a flag: the exact place, and what is said. @module */
import { describe, expect, test } from "vitest";
import { problemsOfFlag } from "../../testdata/problems-of.js";

describe("rules", () => {
  const boolean = "key: a\ntype: boolean\nrules:\n";
  test.each([
    { rules: "  - { name: r, serve: on }", problems: [] },
    { rules: "  - { name: r, serve: clientDefault }", problems: [] },
    { rules: "  - { name: r, split: { on: 10, fallthrough: 90 } }", problems: [] },
    { rules: "  - { name: r, weights: { on: 1, clientDefault: 2 } }", problems: [] },
    { rules: "  - { serve: on }", problems: ['4:5 "name" is missing'] },
    { rules: "  - { name: r }", problems: ["4:5 there is none of serve, split, weights"] },
    {
      rules: "  - { name: r, serve: on, split: { on: 100 } }",
      problems: ["4:5 serve and split cannot stand together"],
    },
    { rules: "  - { name: r, serv: on }", problems: ['4:16 "serv" is not known here'] },
    { rules: "  - { name: r, serve: treatment }", problems: ['4:23 the flag has no variant "treatment"'] },
    { rules: "  - { name: r, serve: true }", problems: ['4:23 "serve" is true'] },
    { rules: "  - name: r\n    split:\n      onn: 100", problems: ['6:7 the flag has no variant "onn"'] },
    { rules: "  - { name: r, split: { on: 50% } }", problems: ['4:29 "on" is the text "50%"'] },
    { rules: "  - { name: r, split: { on: 101 } }", problems: ['4:29 "on" is 101'] },
    {
      rules: "  - name: r\n    split: { on: 40, off: 50 }",
      problems: ["5:12 the percentages add up to 90, which is 10 too few"],
    },
    {
      rules: "  - { name: r, split: { on: 66.6667, off: 33.3334 } }",
      problems: ["4:23 the percentages add up to 100.0001, which is 0.0001 too many"],
    },
    {
      rules: "  - { name: r, split: { on: 33.33333, off: 66.66667 } }",
      problems: [
        "4:29 33.33333 is finer than a line of 1,000,000 buckets can be cut",
        "4:44 66.66667 is finer than a line of 1,000,000 buckets can be cut",
      ],
    },
    { rules: "  - { name: r, weights: { on: 0, off: 0 } }", problems: ["4:25 every weight is 0"] },
    { rules: "  - { name: r, weights: { on: 0.5 } }", problems: ['4:31 "on" is 0.5'] },
    {
      rules: "  - { name: r, serve: on, when: { attribute: x, equals: 1 } }\n  - { name: r, serve: off }",
      problems: ['5:13 two rules are called "r"; the first is rule 1'],
    },
    {
      rules: "  - { name: r, serve: on }\n  - { name: s, serve: off }",
      problems: ['5:13 warning: no context reaches the rule "s": "r" above it decides for everybody'],
    },
    {
      rules: "  - { name: r, split: { on: 100, off: 0 } }\n  - { name: s, serve: off }",
      problems: ['5:13 warning: no context reaches the rule "s": "r" above it decides for everybody'],
    },
    { rules: "  - { name: r, serve: fallthrough }\n  - { name: s, serve: off }", problems: [] },
    { rules: "  - { name: r, unit: x, serve: on }\n  - { name: s, serve: off }", problems: [] },
    { rules: "  - { name: r, enabled: false, serve: on }\n  - { name: s, serve: off }", problems: [] },
    { rules: "  - { name: r, environments: [staging], serve: on }\n  - { name: s, serve: off }", problems: [] },
    {
      rules:
        "  - { name: r, environments: [staging], serve: on }\n  - { name: s, environments: [staging], serve: off }",
      problems: ['5:13 warning: no context reaches the rule "s": "r" above it decides for everybody'],
    },
    {
      rules: "  - { name: r, environments: [live], serve: on }",
      problems: ['4:31 no audience is in the environment "live"'],
    },
  ])("$rules", ({ rules, problems }) => {
    expect(problemsOfFlag(boolean + rules)).toEqual(problems);
  });
});
