/** The TypeScript of flags: what is written, that it compiles, and what it lets code do and not do. @module */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BundleSchema, FlagSchema, FlagState, SegmentSchema } from "@aplomb/proto/bundle";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleOf, bundlesOf } from "../../testdata/bundles-of.js";
import { sourcesOf } from "../../testdata/sources-of.js";
import { buildProject } from "../build-project.js";
import { buildSources } from "../build-sources.js";
import { writeTypeScript } from "./write-typescript.js";

const PAGE = `
trustDomain: shop.example
audiences: { web.production: { kind: browser, environment: production, clientKey: web-shop } }
`;
const shop = fileURLToPath(new URL("../../testdata/shop", import.meta.url));

/** The lines of an interface. */
function linesOf(text: string, name: string): string[] {
  const body = text.split(`export interface ${name} {\n`)[1]?.split("\n}")[0] ?? "";
  return body.split("\n").map((line) => line.trim());
}

const flag = (fields: string) => ({ "flags/a.yaml": `key: a\n${fields}` });

describe("FlagValues", () => {
  test.each([
    { fields: "type: boolean", lines: ['readonly "a": boolean;'] },
    { fields: "type: integer\nvariants: { v: 1 }", lines: ['readonly "a": number;'] },
    { fields: "type: string\nvariants: { v: x }", lines: ['readonly "a": string;'] },
    {
      fields:
        "type: object\nfields: { on: boolean, b: { type: object, fields: { my-label: string } }, l: { type: list, of: { type: list, of: integer } } }\nvariants: { v: {} }",
      lines: [
        'readonly "a": { readonly b: { readonly "my-label": string }; readonly l: readonly (readonly number[])[]; readonly on: boolean };',
        'readonly "a.b": { readonly "my-label": string };',
        'readonly "a.b.my-label": string;',
        'readonly "a.l": readonly (readonly number[])[];',
        'readonly "a.on": boolean;',
      ],
    },
    {
      fields:
        "type: object\nfields: { x: string, b: { type: object, fields: { y: integer, z: integer } }, l: { type: list, of: { type: object, fields: { q: string } } } }\nvariants: { v: { x: a, b: { y: 1 }, l: [{ q: a }, {}] }, w: { b: { y: 2, z: 3 } }, gone: {} }\nrules: [{ name: r, split: { v: 50, w: 50 } }]",
      lines: [
        'readonly "a": { readonly b: { readonly y: number; readonly z?: number }; readonly l?: readonly { readonly q?: string }[]; readonly x?: string };',
        'readonly "a.b": { readonly y: number; readonly z?: number };',
        'readonly "a.b.y": number;',
        'readonly "a.b.z": number;',
        'readonly "a.l": readonly { readonly q?: string }[];',
        'readonly "a.x": string;',
      ],
    },
    {
      fields: 'type: boolean\nowner: me\ndescription: "ends */ here\\nor not"',
      lines: ["/** ends *\\/ here or not (me) */", 'readonly "a": boolean;'],
    },
  ])("$fields", ({ fields, lines }) => {
    expect(linesOf(writeTypeScript([bundleOf(flag(fields))]), "FlagValues")).toEqual(lines);
  });
});

describe("FlagContexts", () => {
  const contextOf = (files: Record<string, string>) => linesOf(writeTypeScript([bundleOf(files)]), "FlagContexts")[0];
  test.each([
    { rules: "{ name: r, serve: on }", context: "object" },
    { rules: "{ name: r, split: { on: 50, off: 50 } }", context: "{ readonly targetingKey: number | string }" },
    { rules: "{ name: r, unit: accountId, serve: on }", context: "{ readonly accountId: number | string }" },
    {
      rules: "{ name: r, when: { attribute: country, in: [SE] }, serve: on }",
      context: "{ readonly country: string | readonly string[] }",
    },
    {
      rules:
        "{ name: r, when: { any: [{ attribute: app.version, as: version, below: 2.0.0 }, { attribute: app.build, atLeast: 7 }] }, serve: on }",
      context:
        "{ readonly app: { readonly build: number | readonly number[]; readonly version: string | readonly string[] } }",
    },
    {
      rules:
        "{ name: r, when: { all: [{ attribute: x, equals: 1 }, { not: { attribute: x, equals: a } }] }, serve: on }",
      context: "{ readonly x: number | string | readonly (number | string)[] }",
    },
    {
      rules: "{ name: r, when: { all: [{ attribute: x, equals: 1 }, { attribute: x.y, equals: a }] }, serve: on }",
      context: "{ readonly x: JsonValue }",
    },
    {
      rules: "{ name: r, when: { attribute: my-x, equals: true }, serve: on }",
      context: '{ readonly "my-x": boolean | readonly boolean[] }',
    },
    { rules: "{ name: r, enabled: false, unit: u, serve: on }", context: "object" },
    {
      rules: "{ name: r, when: { inSegment: outer }, serve: on }",
      context: "{ readonly plan: string | readonly string[] }",
    },
  ])("$rules", ({ rules, context }) => {
    const files = {
      ...flag(`type: boolean\nrules: [${rules}]`),
      "segments/outer.yaml": "key: outer\nwhen: { inSegment: inner }",
      "segments/inner.yaml": "key: inner\nwhen: { attribute: plan, startsWith: pro }",
    };
    expect(contextOf(files)).toBe(`readonly "a": ${context};`);
  });

  test("prerequisites are read too, once, and so are what other platforms draw by", () => {
    const made = (key: string, fields: MessageInitShape<typeof FlagSchema>) => ({
      key,
      flag: toBinary(FlagSchema, create(FlagSchema, fields)),
    });
    const criterion = (flag: string) => ({
      kind: { case: "prerequisite" as const, value: { flag, variants: ["on"] } },
    });
    const full = { bucketCount: 1, assignments: [{ ranges: [{ lower: 0, upper: 1 }] }] };
    const bundle = create(BundleSchema, {
      schema: 1,
      flags: [
        made("a", { rules: [{ name: "r", segment: "needs-b", enabled: true, split: full }] }),
        made("b", {
          rules: [{ name: "r", segment: "needs-a", unitSelector: "accountId", enabled: true, split: full }],
        }),
        made("c", { rules: [{ name: "r", segment: "drawn", enabled: true, split: full }] }),
      ],
      segments: [
        {
          id: "needs-b",
          segment: toBinary(SegmentSchema, create(SegmentSchema, { targeting: { criteria: [criterion("b")] } })),
        },
        {
          id: "needs-a",
          segment: toBinary(SegmentSchema, create(SegmentSchema, { targeting: { criteria: [criterion("a")] } })),
        },
        { id: "drawn", segment: toBinary(SegmentSchema, create(SegmentSchema, { allocation: {} })) },
      ],
    });
    expect(linesOf(writeTypeScript([toBinary(BundleSchema, bundle)]), "FlagContexts")).toEqual([
      'readonly "a": { readonly accountId: number | string };',
      'readonly "b": { readonly accountId: number | string };',
      'readonly "c": { readonly targetingKey: number | string };',
    ]);
  });
});

describe("writeTypeScript", () => {
  test("the same whatever the order of bundles, and the notes of the one that has them", () => {
    const [service, web] = bundlesOf(
      flag("type: boolean\nclientVisible: true\ndescription: Noted\nrules: [{ name: r, serve: on }]"),
    );
    const [one, other] = [service?.bytes ?? new Uint8Array(), web?.bytes ?? new Uint8Array()];
    expect(writeTypeScript([one, other])).toBe(writeTypeScript([other, one]));
    expect(writeTypeScript([other, one])).toContain("/** Noted */");
  });

  test("literals that a page's bundle hashes have the type that they had", () => {
    const rules =
      "rules: [{ name: r, when: { any: [{ attribute: n, equals: 1 }, { attribute: s, in: [a] }] }, serve: on }]";
    const { bundles } = buildSources(
      sourcesOf({ "aplomb.yaml": PAGE, ...flag(`type: boolean\nclientVisible: true\n${rules}`) }),
    );
    expect(linesOf(writeTypeScript(bundles.map(({ bytes }) => bytes)), "FlagContexts")).toEqual([
      'readonly "a": { readonly n: number | readonly number[]; readonly s: string | readonly string[] };',
    ]);
  });

  test("a bundle that leaves a flag to remote evaluation takes nothing from one that has it", () => {
    const remote = { key: "a", flag: toBinary(FlagSchema, create(FlagSchema, { state: FlagState.REMOTE })) };
    const page = toBinary(BundleSchema, create(BundleSchema, { schema: 1, flags: [remote] }));
    const service = bundleOf(flag("type: integer\nvariants: { v: 1 }"));
    expect(linesOf(writeTypeScript([page, service]), "FlagValues")).toEqual(['readonly "a": number;']);
    expect(linesOf(writeTypeScript([service, page]), "FlagValues")).toEqual(['readonly "a": number;']);
    expect(linesOf(writeTypeScript([page]), "FlagValues")).toEqual(['readonly "a": JsonObject;']);
  });

  test("the committed types of the shop, which the type tests read, are those of its flags", async () => {
    const committed = new URL("../../testdata/shop-flags.ts", import.meta.url);
    const { bundles } = await buildProject(shop);
    await expect(writeTypeScript(bundles.map(({ bytes }) => bytes))).toMatchFileSnapshot(fileURLToPath(committed));
    expect(await readFile(committed, "utf8")).toContain('readonly "checkout.button.color": string;');
  });
});

describe("held to by the compiler", () => {
  /** As `@openfeature/core` declares its keys since 1.10: type aliases, exported in a list. */
  const openFeature = {
    "node_modules/@openfeature/core/index.d.ts": [
      ...["Boolean", "String", "Number", "Object"].map((kind) => `type ${kind}FlagKey = string;`),
      "export type { BooleanFlagKey, StringFlagKey, NumberFlagKey, ObjectFlagKey };",
    ].join("\n"),
    "node_modules/@openfeature/core/package.json": '{ "types": "index.d.ts", "exports": { "types": "./index.d.ts" } }',
    "node_modules/@openfeature/server-sdk/package.json": '{ "exports": { "types": "./index.d.ts" } }',
    "node_modules/@openfeature/server-sdk/index.d.ts": [
      'import type { BooleanFlagKey, NumberFlagKey } from "@openfeature/core";',
      "export declare function getBooleanValue(key: BooleanFlagKey, defaultValue: boolean): boolean;",
      "export declare function getNumberValue(key: NumberFlagKey, defaultValue: number): number;",
    ].join("\n"),
  };
  const head = 'import type { FlagContext, FlagKey, FlagKeyOf, FlagValue } from "./flags.js";\n';
  const uses = [
    { name: "key", code: 'export const key: FlagKey = "checkout.button.label";', error: undefined },
    { name: "no-key", code: 'export const key: FlagKey = "checkout.buton";', error: 2820 },
    { name: "value", code: 'export const value: FlagValue<"checkout.enabled"> = true;', error: undefined },
    { name: "no-value", code: 'export const value: FlagValue<"checkout.enabled"> = "yes";', error: 2322 },
    { name: "of", code: 'export const key: FlagKeyOf<boolean> = "new-header";', error: undefined },
    { name: "not-of", code: 'export const key: FlagKeyOf<boolean> = "page-size";', error: 2322 },
    { name: "context", code: 'export const c: FlagContext<"new-header"> = { accountId: "a" };', error: undefined },
    { name: "no-context", code: 'export const c: FlagContext<"new-header"> = {};', error: 2741 },
    { name: "path", code: 'export const c: FlagContext<"checkout.enabled">["country"] = ["SE"];', error: undefined },
    { name: "no-path", code: 'export const c: FlagContext<"checkout.enabled">["country"] = 1;', error: 2322 },
    {
      name: "of-boolean",
      code: 'import { getBooleanValue } from "@openfeature/server-sdk";\ngetBooleanValue("checkout.enabled", false);',
      error: undefined,
    },
    {
      name: "of-unknown",
      code: 'import { getBooleanValue } from "@openfeature/server-sdk";\ngetBooleanValue("chekout", false);',
      error: 2345,
    },
    {
      name: "of-other",
      code: 'import { getNumberValue } from "@openfeature/server-sdk";\ngetNumberValue("checkout.enabled", 1);',
      error: 2345,
    },
  ];

  let dir: string;
  let wrong: Map<string, number>;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "aplomb-types-"));
    const { bundles } = await buildProject(shop);
    const all = bundles.map(({ bytes }) => bytes);
    const files: Record<string, string> = {
      ...openFeature,
      "plain.ts": writeTypeScript(all),
      "flags.d.ts": writeTypeScript(all, { openFeature: true }),
      "package.json": '{ "type": "module" }',
    };
    for (const { name, code } of uses) files[`${name}.ts`] = head + code;
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    }
    wrong = complaintsIn(dir, ["plain", ...uses.map(({ name }) => name)]);
  }, 60_000);
  afterAll(() => rm(dir, { recursive: true }));

  test("the written file compiles as a source, under the strictest settings", () => {
    expect(wrong.get("plain.ts")).toBe(undefined);
  });

  test.each(uses)("$code: $error", ({ name, error }) => {
    expect(wrong.get(`${name}.ts`)).toBe(error);
  });
});

/** What the compiler complains of, by file. */
function complaintsIn(dir: string, names: readonly string[]): Map<string, number> {
  const program = ts.createProgram(
    names.map((name) => join(dir, `${name}.ts`)),
    {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      isolatedDeclarations: true,
      declaration: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      lib: ["lib.es2022.d.ts"],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    },
  );
  return new Map(
    ts
      .getPreEmitDiagnostics(program)
      .map(({ file, code }) => [file?.fileName.slice(dir.length + 1) ?? "anything", code]),
  );
}
