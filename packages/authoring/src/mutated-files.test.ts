/** Files that were written wrong, in every way that comes to mind: nothing throws, and every problem is in its place. @module */
import { readFile } from "node:fs/promises";
import { evaluateAll, openBundle } from "@aplomb/core";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { sourcesOf } from "../testdata/sources-of.js";
import { buildSources } from "./build-sources.js";
import { diffBundles } from "./diff/diff-bundles.js";
import { formatProblems } from "./format-problem.js";
import { lintSources } from "./lint/lint-sources.js";
import { writeTypeScript } from "./typescript/write-typescript.js";

const numRuns = process.env.APLOMB_DEEP === "1" ? 10_000 : 150;
const nowMs = Date.UTC(2027, 0, 5);

const FILES = [
  "aplomb.yaml",
  "flags/checkout.yaml",
  "flags/new-header.yaml",
  "flags/search-ranking.json",
  "segments/employees.yaml",
  "segments/testers.yaml",
];
const EXTRA = {
  "flags/extra.yaml": `key: extra
type: object
fields: { a: string, l: { type: list, of: integer }, o: { type: object, fields: { b: boolean } } }
clientVisible: true
variants: { one: { a: x, l: [1, 2], o: { b: true } }, two: { a: y } }
rules:
  - name: r1
    when: { all: [{ attribute: v, as: version, atLeast: 1.2.3, below: "2.0" }, { flag: new-header, gives: "on" }] }
    starts: 2027-01-01
    split: { one: 33.3333, two: 66.6667 }
  - { name: r2, slot: gg/x, holdout: gg, sticky: { name: s, onlyStored: true }, weights: { one: 1, fallthrough: 3 } }
`,
  "groups/gg.yaml": "key: gg\nholdout: 5\nslots: { x: 10, y: 20.5 }\n",
};

let files: Record<string, string>;
beforeAll(async () => {
  const shop = new URL("../testdata/shop/", import.meta.url);
  const texts = await Promise.all(FILES.map((path) => readFile(new URL(path, shop), "utf8")));
  files = { ...Object.fromEntries(FILES.map((path, index) => [path, texts[index] ?? ""])), ...EXTRA };
});

/** Text that does not belong there. */
const junk = fc.constantFrom(
  ..."\t|\r|\u0000|\ufeff|&a |*a |!x |- |: |? |<<: *a\n|---\n|'|\"|{|}|[|]|#|> \n|\u2028|\nkey: zz\n|\ud83d".split("|"),
);
/** Values that nobody would write there. */
const odd = fc.oneof(
  fc.constantFrom(null, true, 0, -0, -1, 1e308, Number.NaN, 2 ** 53 + 1, 1e-7, 33.33333, 100.0001, "", "a.b", "a/b"),
  fc.constantFrom("__proto__", "constructor", "ключ", "\ud800", "$nowMs", "2027-02-30", "2027-03-28T02:30:00", "gg/x"),
  fc.constantFrom<unknown>([], {}, [null], [1, "1"], Array(70).fill("on"), "99999999999.1", "fallthrough", "extra"),
);
const mutation = fc.record({ path: fc.nat(), at: fc.nat(), cut: fc.nat(8), junk, odd, isOfText: fc.boolean() });

/** One way to spoil a file. */
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

/** The steps to every value of a file. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => placesIn(inner, [...path, name]))];
}

function mutatedText(text: string, { at, cut, junk: added, odd: value, isOfText }: Mutation): string {
  if (isOfText) return text.slice(0, at % text.length) + added + text.slice((at % text.length) + cut);
  const content: unknown = parse(text);
  const places = placesIn(content);
  const path = places[at % places.length] ?? [];
  const last = path.at(-1);
  if (last === undefined) return stringify(value);
  let owner = content as Record<string, unknown>;
  for (const step of path.slice(0, -1)) owner = owner[step] as Record<string, unknown>;
  if (cut === 0 && !Array.isArray(owner)) delete owner[last];
  else owner[last] = value;
  return stringify(content);
}

test("law: whatever is written, nothing throws, and every problem says where and how to mend it", () => {
  let built = 0;
  const law = fc.property(fc.array(mutation, { minLength: 1, maxLength: 2 }), (mutations) => {
    const mutated = { ...files };
    for (const one of mutations) {
      const path = Object.keys(files)[one.path % Object.keys(files).length] ?? "";
      mutated[path] = mutatedText(files[path] ?? "", one);
    }
    const sources = sourcesOf(mutated);
    const { problems, texts, project, bundles } = buildSources(sources);
    lintSources(sources, { nowMs });
    formatProblems(problems, texts);
    for (const { file, line, column, message, expected } of problems) {
      const lines = (mutated[file] ?? "").split("\n");
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
      expect([line > 0, column > 0, message !== "", expected !== ""]).toEqual([true, true, true, true]);
    }
    if (project === undefined) return;
    built++;
    writeTypeScript(bundles.map(({ bytes }) => bytes));
    for (const { bytes } of bundles) {
      const flagSet = openBundle(bytes);
      evaluateAll(flagSet, { targetingKey: "u", $nowMs: nowMs });
      expect(flagSet.diagnostics).toEqual([]);
      expect(diffBundles(bytes, bytes)).toEqual([]);
    }
  });
  fc.assert(law, { numRuns });
  expect(built).toBeGreaterThan(0);
}, 1_800_000);
