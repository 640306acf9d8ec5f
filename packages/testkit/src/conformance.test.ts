/** The vectors themselves: their schema, their clauses, their golden bundles. @module */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { CONFORMANCE, loadVectors, vectorCases } from "./conformance.js";
import { taggedContext } from "./tagged-context.js";

const jsonOf = (path: string) => JSON.parse(readFileSync(new URL(path, CONFORMANCE), "utf8"));
const vectors = loadVectors();
const paths = vectors.map(({ path }) => path);
const clauses: { id: string; says: string; settledBy?: string }[] = jsonOf("clauses.json");
const named = new Set(vectors.flatMap((vector) => vector.clauses));

describe("vectors", () => {
  const validate = new Ajv2020({ allErrors: true, strict: false }).compile(jsonOf("schema/vector.schema.json"));

  test.each(vectors.map((vector) => [vector.path, vector] as const))("%s follows the schema", (_path, vector) => {
    const { path: _, ...written } = vector;
    validate(written);
    expect(validate.errors).toBeNull();
  });

  test.each(paths)("%s is named as a sentence in kebab-case", (path) => {
    expect(path).toMatch(/^[a-z]+\/[a-z0-9]+(-[a-z0-9]+){2,}\.json$/);
  });

  test("have titles of their own", () => {
    const titles = vectors.filter(({ path }) => !path.startsWith("random/")).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test("hold 500 cases and more, most of them by hand", () => {
    const byHand = vectors.flatMap((vector) => vector.cases.filter((each) => (each.by ?? vector.by) === "hand"));
    expect(vectorCases(vectors).length).toBeGreaterThan(500);
    expect(byHand.length).toBeGreaterThan(0.8 * vectorCases(vectors).length);
  });
});

describe("clauses.json", () => {
  test.each(clauses.filter(({ settledBy }) => settledBy === undefined))("$id is named by a vector", ({ id }) => {
    expect(named).toContain(id);
  });

  test("has every clause that a vector names, once", () => {
    const ids = clauses.map(({ id }) => id);
    expect([...named].filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("golden bundles", () => {
  const digests: Record<string, string> = jsonOf("bundles/digests.json");

  test.each(Object.entries(digests))("%s has its digest", (file, digest) => {
    const bytes = readFileSync(new URL(`bundles/${file}`, CONFORMANCE));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(digest);
  });

  test("are all there, and all used", () => {
    const files = readdirSync(new URL("bundles/", CONFORMANCE)).filter((file) => file.endsWith(".binpb"));
    const used = vectors.flatMap(({ bundle }) => ("golden" in bundle ? [`${bundle.golden}`.slice(8)] : []));
    expect(files.sort()).toEqual(Object.keys(digests).sort());
    expect([...new Set(used)].sort()).toEqual(files.sort());
  });
});

describe("taggedContext", () => {
  test.each<[unknown, unknown]>([
    [{ a: { $date: "2024-01-01T00:00:00.000Z" } }, { a: new Date(1704067200000) }],
    [{ a: { $number: "-0" } }, { a: -0 }],
    [{ a: { $number: "NaN" } }, { a: Number.NaN }],
    [{ a: { $bigint: "12" } }, { a: 12n }],
    [{ a: { $utf16: "0061 d800" } }, { a: "a\uD800" }],
    [{ a: { $repeat: ["é", 2] } }, { a: "éé" }],
    [{ a: [{ $list: [{ $number: "-0" }, 2] }] }, { a: [[-0, -0]] }],
    [{ a: { $nested: [2, { $number: "-0" }] } }, { a: { a: { a: -0 } } }],
    [{ $attributes: 2 }, { a0: 0, a1: 1 }],
    [{ $nowMs: 5 }, { $nowMs: 5 }],
    [{ a: { $date: null, b: 1 } }, { a: { $date: null, b: 1 } }],
  ])("%j", (json, context) => {
    expect(taggedContext(json)).toEqual(context);
  });

  test("keeps a property without a value, and an invalid date", () => {
    const context = taggedContext({ a: { $absent: true }, b: { $date: null } });
    expect(Object.hasOwn(context, "a")).toBe(true);
    expect(context.a).toBeUndefined();
    expect(Number.isNaN(Number(context.b))).toBe(true);
  });
});

test("the README tells of every tag", () => {
  const readme = readFileSync(new URL("README.md", CONFORMANCE), "utf8");
  const tags = ["$date", "$number", "$bigint", "$absent", "$function", "$symbol", "$utf16", "$repeat", "$list"];
  expect([...tags, "$nested", "$attributes"].filter((tag) => !readme.includes(`\`${tag}\``))).toEqual([]);
  expect(existsSync(new URL("hash/murmur3-buckets.json", CONFORMANCE))).toBe(true);
});
