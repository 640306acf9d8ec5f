/** Chi-square probabilities, against the closed forms that one, two and four degrees of freedom have. @module */
import { describe, expect, test } from "vitest";
import { sampleRatioPValue } from "./sample-ratio.js";

const halves = (a: number, b: number) => [
  { count: a, share: 0.5 },
  { count: b, share: 0.5 },
];

describe("sampleRatioPValue", () => {
  test.each([
    { observed: halves(500, 500), p: 1 },
    { observed: halves(480, 520), p: 0.2059032107 },
    { observed: halves(450, 550), p: 0.001565402258 },
    { observed: halves(400, 600), p: 2.539628589e-10 },
    { observed: halves(821_588, 815_482), p: 1.821792872619186e-6 },
    {
      observed: [
        { count: 110, share: 0.1 },
        { count: 205, share: 0.2 },
        { count: 685, share: 0.7 },
      ],
      p: 0.4851902069,
    },
    { observed: [210, 180, 205, 190, 215].map((count) => ({ count, share: 0.2 })), p: 0.3732280258334988 },
    { observed: [300, 100, 200, 190, 210].map((count) => ({ count, share: 0.2 })), p: 6.024706476186912e-21 },
  ])("$observed → $p", ({ observed, p }) => {
    const found = sampleRatioPValue(observed) ?? Number.NaN;
    expect(found / p).toBeCloseTo(1, 4);
  });

  test.each([
    { name: "one outcome", observed: [{ count: 100, share: 1 }] },
    { name: "no counts", observed: halves(0, 0) },
    { name: "fewer than five expected", observed: halves(5, 4) },
  ])("says nothing of $name", ({ observed }) => {
    expect(sampleRatioPValue(observed)).toBeUndefined();
  });

  test("is small as often as it should be when nothing is wrong", () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const draws = Array.from({ length: 2_000 }, () => {
      let heads = 0;
      for (let toss = 0; toss < 400; toss++) if (random() < 0.5) heads += 1;
      return sampleRatioPValue(halves(heads, 400 - heads)) ?? 1;
    });
    const small = draws.filter((p) => p < 0.05).length / draws.length;
    expect(small).toBeGreaterThan(0.03);
    expect(small).toBeLessThan(0.07);
  });
});
