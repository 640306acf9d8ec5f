/** JSON of options: from files and from the command line, and what is said of anything else. @module */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readContext, readMaterializations } from "./read-json-option.js";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-json-"));
});
afterAll(() => rm(dir, { recursive: true }));

const fileOf = async (content: string): Promise<string> => {
  await writeFile(join(dir, "file.json"), content);
  return join(dir, "file.json");
};

const record = { unit: "ann", materialization: "mat", rule: "r", variant: "b" };

describe("readContext", () => {
  test.each([
    { what: "a file", source: () => fileOf('{"a":1}') },
    { what: "a file with a byte order mark", source: () => fileOf('\ufeff{"a":1}') },
    { what: "JSON as it is", source: async () => ' {"a":1}' },
  ])("$what", async ({ source }) => {
    expect(await readContext(await source())).toEqual({ a: 1 });
  });

  test.each([
    { content: "[1]", message: "OPTION: --context: it is not a JSON object" },
    { content: "null", message: "OPTION: --context: it is not a JSON object" },
    { content: "", message: "OPTION: --context: it is not JSON" },
  ])("refuses $content", async ({ content, message }) => {
    await expect(readContext(await fileOf(content))).rejects.toThrow(message);
  });
});

describe("readMaterializations", () => {
  test("records, none, or deferred", async () => {
    expect(await readMaterializations(await fileOf(JSON.stringify([record])))).toEqual([record]);
    expect(await readMaterializations(await fileOf("[]"))).toEqual([]);
    expect(await readMaterializations(` ${JSON.stringify([record])}`)).toEqual([record]);
    expect(await readMaterializations("deferred")).toBe("deferred");
  });

  test.each([{ content: "{}" }, { content: "[null]" }, { content: JSON.stringify([{ ...record, unit: 1 }]) }])(
    "refuses $content",
    async ({ content }) => {
      await expect(readMaterializations(await fileOf(content))).rejects.toThrow("it is not a JSON list of records");
    },
  );
});
