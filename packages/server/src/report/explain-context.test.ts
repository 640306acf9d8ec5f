/** Questions for the console: what is answered, what is said of bad ones, and that hostile ones are only questions. @module */
import { FlagState } from "@aplomb/proto/bundle";
import { atLeast, bundleBytes, createVirtualClock, fullRollout, oneOf, segmentOf, split } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { createAnswerSets } from "../answer/answer-sets.js";
import type { Publication, PublishedManifest } from "../publication.js";
import { explainContext } from "./explain-context.js";

const variants = [{ name: "on", value: { value: "yes" } }, { name: "off" }];
const bundle = bundleBytes({
  segments: { everybody: {}, adults: segmentOf(atLeast("age", 18)), staff: segmentOf(oneOf("email", "ann@x.org")) },
  flags: {
    checkout: { variants, rules: [fullRollout("staff", "staff", "on"), split("half", "adults", { on: 50, off: 50 })] },
    simple: { variants, rules: [fullRollout("all", "everybody", "on")] },
    broken: new Uint8Array([255, 255, 255]),
  },
});
const manifest: PublishedManifest = {
  ...{
    audience: "web.test",
    ring: 0,
    bytes: new Uint8Array(),
    etag: '""',
    epoch: 1,
    version: 9,
    sha256: "a".repeat(64),
  },
  ...{ sizeBytes: bundle.length, issuedAtMs: 0, freshUntilMs: 0 },
};
const publication: Publication = {
  audiences: () => ["web.test"],
  manifest: (audience) => (audience === "web.test" ? manifest : undefined),
  bundle: async () => bundle,
  remoteBundle: () => undefined,
  root: async () => undefined,
  onChange: () => () => {},
};
const parts = { publication, answerSets: createAnswerSets(publication), clock: createVirtualClock() };
const ask = (context: string, flag?: string, redact = false, audience = "web.test") =>
  explainContext({ audience, flag, context, redact }, parts);

describe("one flag", () => {
  test("has its result, its facts, and its rules with what the context says", async () => {
    const answer = await ask('{"targetingKey":"u1","age":"30","email":"eve@x.org"}', "checkout");
    expect(answer).toMatchObject({
      version: 9,
      explained: {
        ...{ flag: "checkout", reason: "MATCH" },
        rules: [
          {
            ...{ text: "staff: no match", answer: "false" },
            children: [
              {
                text: "in segment staff",
                children: [{ text: "email is one of 1 hidden values", answer: "false", value: "eve@x.org" }],
              },
            ],
          },
          {
            ...{ text: "half: assigned", answer: "true" },
            children: [
              { text: "in segment adults", children: [{ text: "age ≥ 18", value: '"30", read as 30' }] },
              { text: expect.stringMatching(/^bucket \d+ of 100, salt half → half\/(on|off)$/) },
            ],
          },
        ],
      },
    });
  });

  test("redacted, it holds nothing of the context", async () => {
    const text = JSON.stringify(
      await ask('{"targetingKey":"u1-secret","age":30,"email":"eve@x.org"}', "checkout", true),
    );
    expect(text).toContain("age ≥ 18");
    expect(text).not.toMatch(/u1-secret|eve@x|read as/);
  });
});

describe("a flag that only the endpoint resolves", () => {
  const visible = bundleBytes({ segments: {}, flags: { kept: { state: FlagState.REMOTE } } });
  const remote = bundleBytes({
    segments: { staff: segmentOf(oneOf("email", "ann@x.org")) },
    flags: {
      kept: { variants, rules: [fullRollout("staff", "staff", "on")] },
      secret: { variants, rules: [fullRollout("all", "staff", "on")] },
    },
  });
  const kept: Publication = { ...publication, bundle: async () => visible, remoteBundle: () => remote };
  const askKept = (flag: string | undefined, redact = false) =>
    explainContext(
      { audience: "web.test", flag, context: '{"targetingKey":"u1-secret","email":"ann@x.org"}', redact },
      { ...parts, publication: kept, answerSets: createAnswerSets(kept) },
    );

  test("is explained by the rules that only the endpoint has", async () => {
    expect(await askKept("kept")).toMatchObject({
      explained: { flag: "kept", reason: "MATCH", rules: [{ text: "staff: assigned", answer: "true" }] },
    });
    expect(await askKept(undefined)).toMatchObject({ answers: [{ flag: "kept", variant: "on", reason: "MATCH" }] });
  });

  test("redacted, it holds nothing of the context", async () => {
    const text = JSON.stringify(await askKept("kept", true));
    expect(text).toContain("in segment staff");
    expect(text).not.toMatch(/u1-secret|ann@x/);
  });

  test("is the only one: what it hangs on, the audience does not have", async () => {
    expect(await askKept("secret")).toEqual({ problem: "Version 9 has no flag of this key." });
  });
});

test("all flags at once, by key, a broken one among them", async () => {
  const answer = await ask('{"targetingKey":"u1"}');
  expect(answer).toMatchObject({
    leftOut: 0,
    answers: [
      { flag: "broken", variant: "", reason: "ERROR" },
      { flag: "checkout", variant: "", reason: "NO_SEGMENT_MATCH" },
      { flag: "simple", variant: "on", reason: "MATCH", rule: "all" },
    ],
  });
});

test.each([
  { name: "a missing comma", context: '{\n  "a": 1 "b": 2\n}', says: "line 2, column 10 cannot be read" },
  { name: "no JSON", context: "{a}", says: "The context is not JSON: " },
  { name: "a list", context: "[1]", says: "must be a JSON object" },
  { name: "null", context: "null", says: "must be a JSON object" },
  { name: "nothing", context: "", says: "is not JSON" },
  { name: "an unknown flag", context: "{}", flag: "none", says: "has no flag of this key" },
  { name: "an unknown audience", context: "{}", audience: "none", says: "Nothing is published" },
])("of $name says what is wrong", async ({ context, flag, audience, says }) => {
  const answer = await ask(context, flag, false, audience);
  expect("problem" in answer ? answer.problem : "").toContain(says);
});

test.each([
  { name: "__proto__", context: '{"__proto__":{"age":30},"constructor":{"prototype":{"age":30}}}' },
  { name: "deep nesting", context: `{"age":${"[".repeat(50_000)}${"]".repeat(50_000)}}` },
  { name: "a long text", context: `{"age":"${"9".repeat(200_000)}"}` },
  { name: "a long list", context: `{"age":[${"1,".repeat(80_000)}1]}` },
  { name: "markup", context: '{"age":"<img src=x onerror=alert(1)>","targetingKey":"<script>"}' },
  { name: "lone surrogates", context: '{"age":"\\ud800","targetingKey":"\\udfff"}' },
  { name: "a huge number", context: '{"age":1e999}' },
])("a hostile context of $name is only a question", async ({ context }) => {
  for (const flag of ["checkout", "broken", undefined]) {
    const answer = await ask(context, flag);
    expect(JSON.stringify(answer).length).toBeLessThan(20_000);
    expect("problem" in answer).toBe(false);
  }
  expect(Object.hasOwn(Object.prototype, "age")).toBe(false);
});
