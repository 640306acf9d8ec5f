/** The guide to flag files and the schemas' own examples, held to the validator: what they show can be used as it stands. @module */
import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import allocationSchema from "../schema/allocation.schema.json" with { type: "json" };
import conditionSchema from "../schema/condition.schema.json" with { type: "json" };
import flagSchema from "../schema/flag.schema.json" with { type: "json" };
import groupSchema from "../schema/group.schema.json" with { type: "json" };
import projectSchema from "../schema/project.schema.json" with { type: "json" };
import segmentSchema from "../schema/segment.schema.json" with { type: "json" };
import { problemsOf } from "../testdata/problems-of.js";

const guide = await readFile(new URL("../../../docs/flag-files.md", import.meta.url), "utf8");

/** Complete files of the guide: blocks that begin with their path. */
const files = Object.fromEntries(
  [...guide.matchAll(/```yaml\n# (\S+\.yaml)\n([\s\S]*?)```/g)].map(([, path = "", text = ""]) => [path, text]),
);

/** The conditions in the guide's table. */
const conditions = [...guide.matchAll(/^\| `(\{ .* \})` \|/gm)].map(([, condition = ""]) => condition);

describe("docs/flag-files.md", () => {
  test("its files are a project with nothing wrong in it", () => {
    expect(Object.keys(files).sort()).toEqual([
      "aplomb.yaml",
      "flags/checkout.yaml",
      "flags/express-checkout.yaml",
      "flags/new-header.yaml",
      "flags/ranking.yaml",
      "flags/spring-sale.yaml",
      "groups/checkout-experiments.yaml",
      "segments/staff.yaml",
    ]);
    expect(problemsOf(files)).toEqual([]);
  });

  test.each(conditions)("%s", (condition) => {
    const flag = `key: a\ntype: boolean\nrules: [{ name: r, serve: on, when: ${condition} }]`;
    expect(problemsOf({ ...files, "flags/a.yaml": flag })).toEqual([]);
  });

  test("every operator is in the table", () => {
    const operators = Object.keys(conditionSchema.definitions.condition.properties);
    expect(operators.filter((name) => !conditions.some((text) => name in parse(text)))).toEqual(["above", "atMost"]);
  });

  test.each([
    { schema: flagSchema, names: Object.keys(flagSchema.properties) },
    { schema: flagSchema, names: Object.keys(flagSchema.definitions.rule.properties) },
    { schema: flagSchema, names: Object.keys(flagSchema.definitions.sticky.properties) },
    { schema: groupSchema, names: Object.keys(groupSchema.properties) },
    { schema: projectSchema, names: Object.keys(projectSchema.properties) },
    { schema: projectSchema, names: Object.keys(projectSchema.properties.audiences.additionalProperties.properties) },
  ])("names every field: $names", ({ names }) => {
    expect(names.filter((name) => name !== "$schema" && !guide.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("completion in an editor, as the guide shows it", () => {
  const { properties } = flagSchema.definitions.rule;
  const shown = [...guide.matchAll(/^ +│ (\w+) +(.*?) +│$/gm)].map(([, name = "", text = ""]) => ({ name, text }));

  test("offers every field of a rule that begins with an s", () => {
    expect(shown.map(({ name }) => name)).toEqual(
      Object.keys(properties)
        .filter((name) => name.startsWith("s"))
        .sort(),
    );
  });

  test.each(shown)("$name: $text", ({ name, text }) => {
    const property = properties[name as keyof typeof properties];
    const { description } = "$ref" in property ? flagSchema.definitions.sticky : property;
    expect(description.startsWith(text.replace(/ …$/, ""))).toBe(true);
  });

  test.each([...guide.matchAll(/node_modules\/(@aplomb\/authoring\/schema\/[\w.]+)/g)].map(([, path = ""]) => path))(
    "%s is in the package",
    (path) => {
      expect(import.meta.resolve(path)).toMatch(/^file:/);
    },
  );
});

describe("the schemas", () => {
  interface Place {
    readonly path: string;
    readonly schema: Record<string, unknown>;
  }
  const placesIn = (path: string, schema: unknown): Place[] => {
    if (typeof schema !== "object" || schema === null) return [];
    const own = "type" in schema && "examples" in schema ? [{ path, schema: schema as Record<string, unknown> }] : [];
    const inner = Object.entries(schema).filter(([name]) => name !== "examples");
    return [...own, ...inner.flatMap(([name, value]) => placesIn(`${path}/${name}`, value))];
  };
  const roots = {
    allocation: allocationSchema,
    condition: conditionSchema,
    flag: flagSchema,
    group: groupSchema,
    project: projectSchema,
    segment: segmentSchema,
  };
  const places = Object.entries(roots).flatMap(([name, schema]) => placesIn(name, schema));
  const ajv = new Ajv({ allowUnionTypes: true });
  beforeAll(() => {
    ajv.addKeyword("expected");
    ajv.addSchema(conditionSchema, "condition.schema.json");
  });

  test.each(places)("$path: its examples are what it asks for", ({ path, schema }) => {
    const [root = ""] = path.split("/");
    const { definitions } = roots[root as keyof typeof roots] as { definitions?: object };
    const holds = ajv.compile({ ...schema, definitions });
    expect((schema.examples as unknown[]).filter((example) => !holds(example))).toEqual([]);
  });

  test.each(places)("$path: says what it expects, for messages", ({ schema }) => {
    expect(schema.expected ?? schema.const).toEqual(expect.any(String));
  });
});
