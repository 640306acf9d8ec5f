/** What would be shown to browsers: the exact place, what is said, and what becomes of the flag. @module */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openBundle, resolve } from "@aplomb/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildProject } from "../build-project.js";

const PROJECT = `trustDomain: d
audiences:
  service.e: { kind: service, environment: e, clientKeySha256: ${"a".repeat(64)} }
  web.e: { kind: browser, environment: e, clientKey: web-shop }
`;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-exposed-"));
});
afterEach(() => rm(dir, { recursive: true }));

const build = async (files: Readonly<Record<string, string>>) => {
  for (const [path, text] of Object.entries({ "aplomb.yaml": PROJECT, ...files })) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  const { bundles, problems } = await buildProject(dir);
  const said = problems.map(
    ({ file, line, column, severity, message }) =>
      `${file}:${line}:${column} ${severity === "error" ? "" : "warning: "}${message}`,
  );
  return { said, bundles, problems };
};

const ids = Array.from({ length: 20 }, (_, index) => `acct-${1_000 + index}`);
const visible = "key: a\ntype: boolean\nclientVisible: true\n";
const text = (value: string) =>
  `key: a\ntype: string\nclientVisible: true\nvariants:\n  v: ${value}\nrules: [{ name: r, serve: v }]\n`;

describe("in clear values, an error", () => {
  test.each([
    {
      title: "an address",
      flag: text("Write to jane@shop.example"),
      at: "5:6",
      what: "the e-mail address jane@shop.example",
    },
    {
      title: "a list in a text",
      flag: text(`"${ids.join(", ")}"`),
      at: "5:6",
      what: "a list of 20 or more identifiers, the first of them acct-1000,",
    },
    {
      title: "a list",
      flag: `key: a\ntype: object\nclientVisible: true\nfields: { ids: { type: list, of: string } }\nvariants:\n  v: { ids: [${ids.join(", ")}] }\nrules: [{ name: r, serve: v }]\n`,
      at: "6:14",
      what: "a list of 20 or more identifiers, the first of them acct-1000,",
    },
    {
      title: "a list of objects",
      flag: `key: a\ntype: object\nclientVisible: true\nfields: { l: { type: list, of: { type: object, fields: { id: string, n: integer } } } }\nvariants:\n  v: { l: [${ids.map((id, n) => `{ id: ${id}, n: ${n} }`).join(", ")}] }\nrules: [{ name: r, serve: v }]\n`,
      at: "6:18",
      what: "a list of 20 or more identifiers, the first of them acct-1000,",
    },
    {
      title: "a list of lists",
      flag: `key: a\ntype: object\nclientVisible: true\nfields: { l: { type: list, of: { type: list, of: string } } }\nvariants:\n  v: { l: [${ids.map((id) => `[${id}]`).join(", ")}] }\nrules: [{ name: r, serve: v }]\n`,
      at: "6:13",
      what: "a list of 20 or more identifiers, the first of them acct-1000,",
    },
    {
      title: "a salt",
      flag: `${visible}rules:\n  - name: r\n    salt: for jane@shop.example\n    split: { on: 50, off: 50 }\n`,
      at: "6:11",
      what: "the e-mail address jane@shop.example",
    },
  ])("$title", async ({ flag, at, what }) => {
    const { said, bundles } = await build({ "flags/a.yaml": flag });
    expect(said).toEqual([
      `flags/a.yaml:${at} anybody could read ${what} in the browser bundle: the flag "a" is clientVisible`,
    ]);
    expect(bundles).toEqual([]);
  });

  test.each([
    {
      title: "an address that is allowed",
      flag: `${text("Write to jane@shop.example")}allowInClear: [jane@shop.example]\n`,
    },
    { title: "a list that is allowed", flag: `${text(`"${ids.join(", ")}"`)}allowInClear: [variants.v]\n` },
    { title: "a flag that is asked for", flag: text("Write to jane@shop.example").replace("true", "remote") },
    { title: "a flag that browsers do not know", flag: text("Write to jane@shop.example").replace("true", "false") },
    { title: "a value that nobody gets", flag: `${text("fine")}`.replace("rules", "  w: jane@shop.example\nrules") },
    {
      title: "an address in notes",
      flag: `${text("fine")}owner: jane@shop.example\ndescription: by jane@shop.example\n`,
    },
    {
      title: "addresses in a set",
      flag: `${visible}rules: [{ name: r, serve: on, when: { attribute: email, in: [jane@shop.example] } }]\n`,
    },
    {
      title: "the end of addresses",
      flag: `${visible}rules: [{ name: r, serve: on, when: { attribute: email, endsWith: "@shop.example" } }]\n`,
    },
  ])("$title is none", async ({ flag }) => {
    const { said, bundles } = await build({ "flags/a.yaml": flag });
    expect(said).toEqual([]);
    const web = bundles.find(({ audience }) => audience === "web.e")!;
    if (!flag.includes("allowInClear")) expect(new TextDecoder().decode(web.bytes)).not.toContain("jane");
  });
});

describe("in conditions that cannot be hashed, the flag is left to the endpoint, with a warning", () => {
  const shows = (what: string) =>
    `warning: browsers ask the endpoint for "a", because this condition would show them ${what} and cannot be hashed`;
  const segment = {
    "segments/s.yaml":
      "key: s\nwhen:\n  any:\n    - { attribute: email, equals: jane@shop.example }\n    - { attribute: email, contains: jane@shop.example }\n",
  };

  test.each([
    {
      title: "an address in its own condition",
      files: {
        "flags/a.yaml": `${visible}rules:\n  - name: r\n    when: { attribute: email, startsWith: jane@shop.example }\n    serve: on\n`,
      },
      said: [`flags/a.yaml:6:43 ${shows("the e-mail address jane@shop.example")}`],
    },
    {
      title: "an address in a segment",
      files: {
        ...segment,
        "flags/a.yaml": `${visible}rules: [{ name: r, when: { not: { inSegment: s } }, serve: on }]\n`,
      },
      said: [`segments/s.yaml:5:37 ${shows("the e-mail address jane@shop.example")}`],
    },
    {
      title: "many prefixes of identifiers",
      files: {
        "flags/a.yaml": `${visible}rules:\n  - name: r\n    serve: on\n    when:\n      any:\n${ids.map((id) => `        - { attribute: id, startsWith: ${id} }\n`).join("")}`,
      },
      said: [`flags/a.yaml:9:40 ${shows("a list of 20 or more identifiers, the first of them acct-1000,")}`],
    },
    {
      title: "many bounds that are identifiers",
      files: {
        "flags/a.yaml": `${visible}rules:\n  - name: r\n    serve: on\n    when:\n      any:\n${ids.map((_, n) => `        - { attribute: id, atLeast: ${471_100 + n}, atMost: ${471_100 + n} }\n`).join("")}`,
      },
      said: [`flags/a.yaml:9:37 ${shows("a list of 20 or more identifiers, the first of them 471100,")}`],
    },
    {
      title: "a flag that browsers may not know",
      files: {
        "flags/a.yaml": `${visible}rules:\n  - name: r\n    when: { flag: hidden, gives: on }\n    serve: on\n`,
        "flags/hidden.yaml": "key: hidden\ntype: boolean\nrules: [{ name: r, serve: on }]\n",
      },
      said: [
        'flags/a.yaml:6:19 warning: browsers ask the endpoint for "a", because it waits for "hidden", which they cannot evaluate',
      ],
    },
    {
      title: "said to be meant",
      files: {
        ...segment,
        "flags/a.yaml": `${visible.replace("true", "remote")}rules: [{ name: r, when: { inSegment: s }, serve: on }]\n`,
      },
      said: [],
    },
  ])("$title", async ({ files, said }) => {
    const built = await build(files as Record<string, string>);
    expect(built.said).toEqual(said);
    const [service, web] = built.bundles;
    expect(web?.remote).toEqual(["a"]);
    const flags = openBundle(web!.bytes);
    expect([...flags.flagKeys]).toEqual(["a"]);
    expect(resolve(flags, "a", {})).toMatchObject({ reason: "PENDING", errorCode: "PROVIDER_NOT_READY" });
    expect(new TextDecoder().decode(web!.bytes)).not.toMatch(/jane|acct|hidden/);
    expect(resolve(openBundle(service!.bytes), "a", {}).reason).not.toBe("PENDING");
  });

  test("who waits for it is left to the endpoint too", async () => {
    const { said, bundles } = await build({
      ...segment,
      "flags/a.yaml": `${visible}rules: [{ name: r, when: { inSegment: s }, serve: on }]\n`,
      "flags/b.yaml": `${visible.replace("a", "b")}rules: [{ name: r, when: { flag: a, gives: on }, serve: on }]\n`,
      "flags/c.yaml": `${visible.replace("a", "c")}rules: [{ name: r, serve: on }]\n`,
    });
    expect(said).toHaveLength(2);
    expect(bundles.find(({ audience }) => audience === "web.e")?.remote).toEqual(["a", "b"]);
  });

  test("every problem says what to do", async () => {
    const { problems } = await build({ "flags/a.yaml": text("Write to jane@shop.example") });
    expect(problems[0]).toMatchObject({
      expected: "a value that tells less, `clientVisible: remote`, or leave to show it",
      example: 'allowInClear: ["jane@shop.example"]',
    });
  });
});
