/** Samples of contexts, good lines and bad. @module */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BadLine, readSample, type SampleContext } from "./read-sample.js";

async function read(chunks: readonly string[]): Promise<{ good: SampleContext[]; bad: BadLine[] }> {
  const bad: BadLine[] = [];
  const good: SampleContext[] = [];
  for await (const context of readSample(chunks, (line) => bad.push(line))) good.push(context);
  return { good, bad };
}

describe("readSample", () => {
  test.each([
    { text: "", good: [], bad: [] },
    { text: '{"a":1}\n{"a":2}', good: [1, 2], bad: [] },
    { text: '\ufeff{"a":1}\r\n\r\n{"a":2}\r\n', good: [1, 3], bad: [] },
    { text: '{"a":1}\n{"a":}\n{"a":3}\n', good: [1, 3], bad: [/^2:6 this is not JSON: Unexpected token/] },
    { text: '{"a":\n', good: [], bad: [/^1:\d this is not JSON: /] },
    {
      text: "  [1]\nnull\n",
      good: [],
      bad: [/^1:3 this is not a context; write an object such as \{/, /^2:1 this is/],
    },
  ])("$text", async ({ text, good, bad }) => {
    const found = await read([text]);
    expect(found.good.map(({ line }) => line)).toEqual(good);
    expect(found.bad.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual(
      bad.map((pattern) => expect.stringMatching(pattern)),
    );
  });

  test("a line that never ends is not kept", async () => {
    const { good, bad } = await read(['{"a":"', ...Array.from({ length: 40 }, () => "x".repeat(65_536)), '"}\n{}\n']);
    expect(bad).toEqual([{ line: 1, column: 1, message: "the line is longer than 1 MiB; put one context in a line" }]);
    expect(good).toEqual([{ line: 2, context: {} }]);
  });

  test("wherever the text is cut, the lines are the same", async () => {
    const text = '{"a":"ä"}\nnope\r\n\n{"b":[1,2]}';
    const whole = await read([text]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length)), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
        expect(await read(chunks)).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });
});
