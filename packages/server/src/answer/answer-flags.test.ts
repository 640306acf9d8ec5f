/** What the endpoint answers is what a client with the same rules would evaluate. @module */
import { evaluate, evaluateAll, type JsonObject, openBundle } from "@aplomb/core";
import { FlagState } from "@aplomb/proto/bundle";
import { bundleBytes, equalTo, fullRollout, segmentOf, split } from "@aplomb/testkit";
import { bundles, contexts, materializationRecords } from "@aplomb/testkit/arbitraries";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { overTheWire } from "../../test/over-the-wire.js";
import type { StickyRecords } from "../sticky-records.js";
import { answerFlags } from "./answer-flags.js";
import type { AnswerSet } from "./answer-sets.js";

const numRuns = process.env.APLOMB_DEEP === "1" ? 20_000 : 300;
const named = { bundleVersion: 3, bundleId: "ab" };

function setOf(visible: Uint8Array, remote?: Uint8Array): AnswerSet {
  const open = (bytes: Uint8Array) => openBundle(bytes, named);
  return { audience: "web.test", visible: open(visible), remote: remote && open(remote), sha256: "ab" };
}

describe("parity", () => {
  test("answered ≡ evaluated by a client, for every bundle and context", async () => {
    const law = fc.asyncProperty(bundles(), contexts(), async (bytes, drawn) => {
      const context = overTheWire(drawn);
      fc.pre(context !== undefined);
      const answers = await answerFlags(setOf(bytes), undefined, context, { nowMs: 0 });
      expect([...answers]).toEqual([...evaluateAll(openBundle(bytes, named), context)]);
    });
    await fc.assert(law, { numRuns });
  });

  test("with stored assignments ≡ evaluated by a client that has looked them up", async () => {
    const law = fc.asyncProperty(bundles(), contexts(), materializationRecords(), async (bytes, drawn, records) => {
      const context = overTheWire(drawn);
      fc.pre(context !== undefined);
      const stored: StickyRecords = {
        read: async (_audience, reads) =>
          records.filter((record) =>
            reads.some(
              ({ unit, materialization, rule }) =>
                unit === record.unit &&
                materialization === record.materialization &&
                (rule === "" || rule === record.rule),
            ),
          ),
        write: async () => {},
        close: async () => {},
      };
      const set = setOf(bytes);
      const answers = await answerFlags(set, undefined, context, { nowMs: 0, stickyRecords: stored });
      for (const [key, details] of answers) {
        expect(details).toEqual(evaluate(set.visible, key, {}, context, { materializations: records }));
      }
    });
    await fc.assert(law, { numRuns });
  });

  test("left to the endpoint ≡ evaluated where all rules are", async () => {
    const law = fc.asyncProperty(bundles(), contexts(), async (bytes, drawn) => {
      const context = overTheWire(drawn);
      fc.pre(context !== undefined);
      const whole = openBundle(bytes, named);
      const marks = Object.fromEntries([...whole.flagKeys].map((key) => [key, { state: FlagState.REMOTE }]));
      const answers = await answerFlags(setOf(bundleBytes({ flags: marks }), bytes), undefined, context, { nowMs: 0 });
      expect(new Map(answers)).toEqual(new Map(evaluateAll(whole, context)));
    });
    await fc.assert(law, { numRuns });
  });
});

const everyone = { everyone: {}, staff: segmentOf(equalTo("plan", "staff")) };
const flag = (segment = "everyone") => ({
  variants: [{ name: "on", value: { enabled: true } }],
  rules: [fullRollout("all", segment, "on")],
});
const marked = bundleBytes({ flags: { local: flag(), staffOnly: { state: FlagState.REMOTE } }, segments: everyone });
const whole = bundleBytes({ flags: { staffOnly: flag("staff"), hidden: flag() }, segments: everyone });

describe("remote flags", () => {
  const answer = async (keys: string[] | undefined, remote: Uint8Array | undefined, context: JsonObject = {}) =>
    [...(await answerFlags(setOf(marked, remote), keys, context, { nowMs: 0 }))].map(
      ([key, { resolution }]) => `${key} ${resolution?.reason}`,
    );

  test.each<[string, string[] | undefined, Uint8Array | undefined, JsonObject, string[]]>([
    [
      "are decided by the bundle that is kept back",
      undefined,
      whole,
      { plan: "staff" },
      ["local MATCH", "staffOnly MATCH"],
    ],
    ["may match nobody", ["staffOnly"], whole, {}, ["staffOnly NO_SEGMENT_MATCH"]],
    ["wait where that bundle is not kept", undefined, undefined, {}, ["local MATCH", "staffOnly PENDING"]],
    ["that the audience's bundle does not name are not answered", ["hidden", "nope"], whole, {}, []],
    [
      "are answered once, however often they are asked for",
      ["staffOnly", "staffOnly"],
      whole,
      {},
      ["staffOnly NO_SEGMENT_MATCH"],
    ],
  ])("%s", async (_name, keys, remote, context, expected) => {
    expect(await answer(keys, remote, context)).toEqual(expected);
  });

  test("a context beyond the caps is every flag's error", async () => {
    const context = { s: "x".repeat(65_537) };
    const answers = await answerFlags(setOf(marked, whole), undefined, context, { nowMs: 0 });
    expect([...answers.values()].map(({ errorCode, errorMessage }) => `${errorCode}: ${errorMessage}`)).toEqual(
      Array(2).fill("INVALID_CONTEXT: the context has a text of more than 65536 bytes"),
    );
  });

  test("schedules follow the endpoint's clock, whatever the context claims", async () => {
    const segments = { late: segmentOf(equalTo("$nowMs", 1_000)) };
    const bytes = bundleBytes({ flags: { f: flag("late") }, segments, usesSchedules: true });
    const reasonAt = async (nowMs: number) =>
      (await answerFlags(setOf(bytes), undefined, { $nowMs: 1_000 }, { nowMs })).get("f")?.reason;
    expect([await reasonAt(999), await reasonAt(1_000)]).toEqual(["DEFAULT", "TARGETING_MATCH"]);
  });

  test("many flags let others have their turn", async () => {
    const flags = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${at}`, flag()]));
    const order: string[] = [];
    const answering = answerFlags(setOf(bundleBytes({ flags, segments: everyone })), undefined, {}, { nowMs: 0 }).then(
      () => order.push("answered"),
    );
    setImmediate(() => order.push("another"));
    await answering;
    expect(order).toEqual(["another", "answered"]);
  });
});

test("a split is the same share of units as in a client", async () => {
  const flags = {
    half: { variants: [{ name: "a" }, { name: "b" }], rules: [split("s", "everyone", { a: 50, b: 50 })] },
  };
  const bytes = bundleBytes({ flags, segments: everyone });
  for (let unit = 0; unit < 50; unit++) {
    const context = { targetingKey: `user-${unit}` };
    const answers = await answerFlags(setOf(bytes), ["half"], context, { nowMs: 0 });
    expect(answers.get("half")).toEqual(evaluate(openBundle(bytes, named), "half", {}, context));
  }
});
