/** Files that are not YAML, or hardly: where and why. @module */
import { describe, expect, test } from "vitest";
import { readSource } from "./read-source.js";

describe("readSource", () => {
  test.each([
    { title: "YAML", text: "key: a\ntype: boolean\n", content: { key: "a", type: "boolean" } },
    { title: "JSON", text: '{ "key": "a", "list": [1, true, null] }', content: { key: "a", list: [1, true, null] } },
    { title: "on, off, yes and NO are texts", text: "[on, off, yes, NO]", content: ["on", "off", "yes", "NO"] },
    { title: "names that look like numbers are texts", text: "1: a", content: { 1: "a" } },
    { title: "days are texts", text: "expires: 2027-03-01", content: { expires: "2027-03-01" } },
    { title: "anchors", text: "a: &x [1]\nb: *x", content: { a: [1], b: [1] } },
    { title: "a byte order mark and CRLF", text: "\ufeffkey: a\r\ntype: b\r\n", content: { key: "a", type: "b" } },
  ])("reads $title", ({ text, content }) => {
    const { source, problems } = readSource("flags/a.yaml", text);
    expect({ content: source.content, problems }).toEqual({ content, problems: [] });
  });

  test.each([
    { text: "", at: "1:1", message: "the file is empty" },
    { text: "# only a comment\n", at: "1:1", message: "the file is empty" },
    { text: "key: a\nkey: b\n", at: "2:1", message: "this name is written twice in one mapping" },
    { text: "rules:\n\t- name: a\n", at: "2:1", message: "the line is indented with a tab" },
    { text: "split:\n  on: 50\n   off: 50\n", at: "3:4", message: "this line is indented as if it belonged" },
    { text: "a:\n  - x\n  y: 1\n", at: "3:3", message: "the indentation does not line up" },
    { text: "rules:\n  - name: x\n   serve: y\n", at: "3:4", message: "this line belongs to no element of the list" },
    { text: 'key: "a\ntype: b\n', at: "3:1", message: "a quote that was opened above is not closed" },
    {
      text: "when: { attribute: email, endsWith: @example.com }\n",
      at: "1:37",
      message: "an unquoted text cannot begin",
    },
    { text: "key: a: b\n", at: "1:6", message: "two names with colons stand in one line" },
    { text: "key: a\n---\nkey: b\n", at: "2:1", message: "the file holds more than one document" },
    { text: "key: !secret a\n", at: "1:6", message: "this tag is not known here" },
    { text: "key\ntype: boolean\n", at: "1:1", message: "this line has no colon" },
    { text: "in: [SE, NO\n", at: "2:1", message: "a bracket that was opened above is not closed" },
    { text: '{ "key": "a", }}', at: "1:16", message: "this bracket closes nothing" },
    { text: "b: &x 1\na: [*x, *y]\n", at: "2:9", message: "this alias has no anchor" },
    { text: "a: *x\nb: &x 1\n", at: "1:4", message: "this alias has no anchor" },
    { text: 'in: ["a", "\\ud800"]\n', at: "1:11", message: "this text has one half of a character" },
    { text: '"\\udc00": 1\n', at: "1:1", message: "this text has one half of a character" },
    { text: 'a: "x\n  b\nc: 1\nd: ]\n', at: "5:1", message: "a quote that was opened above" },
    { text: "a: 1\n- b\n", at: "2:1", message: "an element of a list stands among the names" },
    { text: "on: { a: 1 b: 2 }\n", at: "1:10", message: "lines of names or dashes stand inside brackets" },
    { text: "a: [1, 2] ]\n", at: "1:11", message: "this bracket closes nothing" },
    { text: "e: [x]#y\n", at: "1:7", message: "a # that begins a comment" },
    { text: "a: { b: 1, [c]: 2 }\n", at: "1:12", message: "a name has to be a text" },
    { text: "a: [x, - y]\n", at: "1:8", message: "lines of names or dashes stand inside brackets" },
    { text: "a: 'x' y\n", at: "1:8", message: "something that the values above leave no room for" },
    { text: 'a: "\\q"\n', at: "1:5", message: "this is no escape" },
    {
      text: '{ "a": 1 "b": 2 }',
      at: "1:8",
      message: "lines of names or dashes stand inside brackets, or a comma is missing",
    },
    { text: "? { a: b }\n: c\n", at: "1:3", message: "a name has to be a text" },
    { text: "[".repeat(102) + "]".repeat(102), at: "1:1", message: "values lie more than 100 deep" },
    { text: "[".repeat(20_000), at: "1:", message: "this cannot be read as YAML" },
  ])("$text → $at $message", ({ text, at, message }) => {
    const { source, problems } = readSource("flags/a.yaml", text);
    expect(source.content).toBeUndefined();
    expect(problems.map((problem) => `${problem.line}:${problem.column} ${problem.message}`)).toEqual(
      expect.arrayContaining([expect.stringMatching(new RegExp(`^${at}.*${message}`))]),
    );
  });

  test("aliases that multiply are refused", () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i}: &l${i} [${Array(10).fill(i ? `*l${i - 1}` : "x")}]`);
    const { source, problems } = readSource("flags/a.yaml", levels.join("\n"));
    expect(source.content).toBeUndefined();
    expect(problems[0]?.message).toMatch(/^the aliases cannot be followed/);
  });

  test("50,000 names of one mapping are compared with a set, not with each other", () => {
    const text = Array.from({ length: 50_000 }, (_, i) => `n${i % 49_999}: 1\n`).join("");
    expect(readSource("allocation.lock", text).problems).toMatchObject([
      { line: 50_000, column: 1, length: 2, message: "this name is written twice in one mapping" },
    ]);
  });
});
