/** What can be wrong with an audience: the exact place, and what is said. @module */
import { describe, expect, test } from "vitest";
import { problemsOf } from "../../testdata/problems-of.js";
import { readSource } from "../read/read-source.js";
import { validateProject } from "./validate-project.js";

const NOTHING = { flags: [], segments: [], groups: [], lock: undefined };

describe("audiences", () => {
  const sha256 = "a".repeat(64);
  test.each([
    { audience: "w: { kind: browser, environment: e, clientKey: web-shop }", problems: [] },
    { audience: `s: { kind: service, environment: e, clientKeySha256: ${sha256} }`, problems: [] },
    { audience: "w: { kind: web, environment: e, clientKey: web-shop }", problems: ['3:14 "kind" is the text "web"'] },
    { audience: "w: { kind: browser, clientKey: web-shop }", problems: ['3:6 "environment" is missing'] },
    { audience: "w: { kind: browser, environment: e }", problems: ['3:6 "w" has no clientKey'] },
    {
      audience: "w: { kind: browser, environment: e, clientKey: short }",
      problems: ['3:50 "clientKey" is the text "short"'],
    },
    {
      audience: `w: { kind: browser, environment: e, clientKeySha256: ${sha256} }`,
      problems: ['3:39 "w" is read by browsers, whose key is public'],
    },
    { audience: "s: { kind: service, environment: e }", problems: ['3:6 "s" has no clientKeySha256'] },
    {
      audience: "s: { kind: service, environment: e, clientKey: my-secret }",
      problems: ['3:39 the key of the service "s" is a secret and cannot be kept in a file of flags'],
    },
    {
      audience: "root: { kind: browser, environment: e, clientKey: web-shop }",
      problems: ['3:3 "root" cannot be used as a name'],
    },
    {
      audience: "a..b: { kind: browser, environment: e, clientKey: web-shop }",
      problems: ['3:3 the name "a..b" has a dot in it'],
    },
    {
      audience: "../x: { kind: browser, environment: e, clientKey: web-shop }",
      problems: ['3:3 the name "../x" has a dot in it'],
    },
    {
      audience:
        "a: { kind: browser, environment: e, clientKey: web-shop }\n  b: { kind: browser, environment: f, clientKey: web-shop }",
      problems: ['4:39 this is also the key of "a"'],
    },
  ])("$audience", ({ audience, problems }) => {
    const found = problemsOf({ "aplomb.yaml": `trustDomain: shop.example\naudiences:\n  ${audience}` });
    expect(found.map((problem) => problem.replace("aplomb.yaml:", ""))).toEqual(problems);
  });

  test("the hash of a service's key is offered, so that it need not be looked up", () => {
    const text = "trustDomain: d\naudiences: { s: { kind: service, environment: e, clientKey: foofoofoo } }";
    const { source } = readSource("aplomb.yaml", text);
    const { problems } = validateProject({ ...NOTHING, project: source });
    expect(problems[0]?.example).toBe(
      "clientKeySha256: 0d3429164142964f7c57028ed17707c134df049e61cfc066d70aca7d44edaee1",
    );
  });
});
