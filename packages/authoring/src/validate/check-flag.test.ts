/** What can be wrong with the shape of a flag and with its variants: the exact place, and what is said. @module */
import { describe, expect, test } from "vitest";
import { problemsOfFlag } from "../../testdata/problems-of.js";

describe("a flag's shape", () => {
  test.each([
    { text: "key: a\ntype: boolean", problems: [] },
    { text: "key: a\ntype: boolean\nrules: []", problems: [] },
    { text: "type: boolean", problems: ['1:1 "key" is missing'] },
    { text: "key: a", problems: ['1:1 "type" is missing'] },
    { text: "- key: a", problems: ["1:1 the file is a list"] },
    { text: "just text", problems: ['1:1 the file is the text "just text"'] },
    { text: "key: a\ntype: bool", problems: ['2:7 "type" is the text "bool"'] },
    {
      text: "key: check.out\ntype: boolean",
      problems: ['1:6 the key "check.out" has a dot in it; in code, `check.out` reads a field of the flag check'],
    },
    { text: "key: 1a\ntype: boolean", problems: ['1:6 "key" is the text "1a"'] },
    { text: "key:\ntype: boolean", problems: ['1:5 "key" is empty'] },
    { text: "key: a\ntype: boolean\nowners: b", problems: ['3:1 "owners" is not known here'] },
    { text: "key: a\ntype: boolean\nexpires: soon", problems: ['3:10 "expires" is the text "soon"'] },
    { text: "key: a\ntype: boolean\nexpires: 2027-02-30", problems: ["3:10 2027-02-30 is in no calendar"] },
    { text: "key: a\ntype: boolean\nclientVisible: yes", problems: ['3:16 "clientVisible" is the text "yes"'] },
    { text: "key: a\ntype: string", problems: ['1:1 "variants" is missing'] },
    { text: "key: a\ntype: object", problems: ['1:1 "fields" is missing', '1:1 "variants" is missing'] },
    { text: "key: a\ntype: boolean\nfields: { x: string }", problems: ['3:1 "fields" has no meaning here'] },
    {
      text: "key: a\ntype: boolean\nvariants: { fallthrough: true }",
      problems: ['3:13 "fallthrough" cannot be used as a name'],
    },
    {
      text: "key: a\ntype: object\nfields: { x.y: string, z: text }\nvariants: { b: {} }",
      problems: ['3:11 the name "x.y" has a dot in it', '3:27 "z" is the text "text"'],
    },
    {
      text: "key: a\ntype: object\nfields: { x: { type: list } }\nvariants: { b: {} }",
      problems: ['3:14 "of" is missing'],
    },
    {
      text: "key: a\ntype: object\nfields: { __proto__: string }\nvariants: { b: {} }",
      problems: ['3:11 "__proto__" cannot be used as a name'],
    },
    {
      text: "key: a\ntype: boolean\nenvironments: [production, prod]",
      problems: ['3:28 no audience is in the environment "prod"'],
    },
    {
      text: "key: a\ntype: boolean\nenvironments: [staging, staging]",
      problems: ['3:15 "environments" holds something twice'],
    },
  ])("$text", ({ text, problems }) => {
    expect(problemsOfFlag(text)).toEqual(problems);
  });
});

describe("variants", () => {
  const object =
    "key: a\ntype: object\nfields: { x: number, l: { type: list, of: string }, o: { type: object, fields: { b: boolean } } }\n";
  test.each([
    { text: "key: a\ntype: string\nvariants: { x: a, y: '' }", problems: [] },
    { text: "key: a\ntype: integer\nvariants: { x: 1, y: -1, z: 1.0 }", problems: [] },
    {
      text: "key: a\ntype: string\nvariants:\n  x: 10",
      problems: ['4:6 the variant "x" has the number 10, but string is its type'],
    },
    {
      text: "key: a\ntype: integer\nvariants: { x: 1.5 }",
      problems: ['3:16 the variant "x" has the number 1.5, but integer is its type'],
    },
    { text: "key: a\ntype: number\nvariants: { x: .inf }", problems: ["3:16 Infinity is not a number that JSON has"] },
    {
      text: "key: a\ntype: integer\nvariants: { x: 9007199254740993 }",
      problems: ["3:16 this number is too large to be kept exactly"],
    },
    {
      text: "key: a\ntype: boolean\nvariants: { x: null }",
      problems: ['3:16 the variant "x" has nothing, but boolean is its type'],
    },
    { text: `${object}variants: { x: {}, y: { x: 1, l: [a], o: { b: true } } }`, problems: [] },
    { text: `${object}variants: { x: { y: 1 } }`, problems: ['4:18 the flag has no field "y"'] },
    {
      text: `${object}variants: { x: { x: a, o: { b: 1 }, l: [1, b] } }`,
      problems: [
        '4:21 the variant "x" has the text "a" in "x", but number is its type',
        '4:32 the variant "x" has the number 1 in "o.b", but boolean is its type',
        '4:41 the variant "x" has the number 1 in "l.0", but string is its type',
      ],
    },
    {
      text: `${object}variants: { x: 1 }`,
      problems: ['4:16 the variant "x" has the number 1, but a mapping of fields is its type'],
    },
  ])("$text", ({ text, problems }) => {
    expect(problemsOfFlag(text)).toEqual(problems);
  });
});
