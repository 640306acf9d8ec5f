/** When a version may go on, must wait, or must be taken back. @module */
import { describe, expect, test } from "vitest";
import { type HealthThresholds, judgeHealth } from "./judge-health.js";

interface Case {
  readonly title: string;
  /** Instances by the version they run. */
  readonly runs: Readonly<Record<number, number>>;
  /** Instances that refuse version 7. */
  readonly refuse?: number;
  readonly publishedForMs?: number;
  readonly thresholds?: HealthThresholds;
  readonly verdict: string;
}

describe("judgeHealth of version 7", () => {
  test.each<Case>([
    { title: "nobody was heard", runs: {}, verdict: "wait" },
    { title: "four run it", runs: { 6: 900, 7: 4 }, verdict: "wait" },
    { title: "five run it", runs: { 6: 900, 7: 5 }, verdict: "promote" },
    { title: "later ones count, too", runs: { 7: 2, 8: 3 }, verdict: "promote" },
    { title: "it is too young", runs: { 7: 50 }, publishedForMs: 119_999, verdict: "wait" },
    { title: "a small fleet may ask for fewer", runs: { 7: 1 }, thresholds: { instances: 1 }, verdict: "promote" },
    { title: "one of 100 refuses it", runs: { 7: 99 }, refuse: 1, verdict: "wait" },
    { title: "four refuse it, nobody runs it", runs: { 6: 9 }, refuse: 4, verdict: "wait" },
    { title: "five refuse it, nobody runs it", runs: { 6: 9 }, refuse: 5, verdict: "halt" },
    { title: "five of 5,000 refuse it: 0.1 %", runs: { 7: 4_995 }, refuse: 5, verdict: "halt" },
    { title: "five of 5,001 refuse it: less than 0.1 %", runs: { 7: 4_996 }, refuse: 5, verdict: "promote" },
    { title: "a halt needs no patience", runs: {}, refuse: 5, publishedForMs: 0, verdict: "halt" },
    { title: "fewer do not take it back", runs: { 7: 9 }, refuse: 1, thresholds: { instances: 1 }, verdict: "wait" },
  ])("$title: $verdict", ({ runs, refuse = 0, publishedForMs = 120_000, thresholds, verdict }) => {
    const versions = Object.entries(runs).map(([version, instances]) => ({ version: Number(version), instances }));
    const rejections = [
      { version: 6, code: "SIGNATURE", instances: 99 },
      ...(refuse ? [{ version: 7, code: "SELF_TEST", instances: refuse }] : []),
    ];
    const health = judgeHealth({ versions, rejections }, 7, publishedForMs, thresholds);
    expect(health).toMatchObject({ version: 7, verdict, refused: refuse });
    expect(health.codes).toEqual(refuse ? [{ code: "SELF_TEST", instances: refuse }] : []);
  });
});
