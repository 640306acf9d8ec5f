/** Laws of the import: total on every state that loads, one error for everything else, the same bytes every time. @module */
import { type EvaluationContext, isFlagError, openBundle, resolve } from "@aplomb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ASKERS, arbitraryStates } from "../test/arbitrary-states.js";
import { BY_SECRET, envelopeBytes, stateBytes } from "../test/state-builder.js";
import { importResolverState } from "./import-resolver-state.js";

const DEEP = process.env.APLOMB_DEEP === "1";
const options = { numRuns: DEEP ? 20_000 : 400 };
const timeoutMs = DEEP ? 1_800_000 : 60_000;
const contexts: readonly EvaluationContext[] = [{}, { targeting_key: "u" }, { x: ["a", 1], a: { b: "1.2.3" } }];

/** Resolves every flag of a bundle in some contexts; says what each answers. */
function answers(bundle: Uint8Array): string[] {
  const flagSet = openBundle(bundle);
  return [...flagSet.flagKeys].flatMap((key) =>
    contexts.map((context) => JSON.stringify(resolve(flagSet, key, context, { materializations: [] }))),
  );
}

/** Imports bytes and resolves all that comes of them; the code when they are refused. */
function outcome(bytes: Uint8Array): string {
  try {
    answers(importResolverState(bytes, BY_SECRET).bundle);
    return "imported";
  } catch (error) {
    if (isFlagError(error)) return error.code;
    throw error;
  }
}

describe("a state that loads", () => {
  const asked = fc.tuple(arbitraryStates, fc.constantFrom(...ASKERS));

  test("is imported, and every flag of it answers", { timeout: timeoutMs }, () => {
    fc.assert(
      fc.property(asked, ([state, asker]) => {
        const { bundle, diagnostics } = importResolverState(stateBytes(state), asker);
        answers(bundle);
        expect(diagnostics.every(({ message }) => message !== "")).toBe(true);
      }),
      options,
    );
  });

  test("gives the same bytes in an envelope, and in another order of fields", { timeout: timeoutMs }, () => {
    fc.assert(
      fc.property(asked, ([state, asker]) => {
        const { bundle } = importResolverState(stateBytes(state), asker);
        const turned = Object.entries(state).map(([name, list]) => stateOf(name, list));
        const scattered = Uint8Array.from(Buffer.concat(turned.reverse()));
        expect(importResolverState(envelopeBytes(scattered, asker.account), asker).bundle).toEqual(bundle);
      }),
      options,
    );
  });
});

/** The bytes of a state's one field; nothing else, not even the client that a built state has by default. */
function stateOf(name: string, list: unknown): Uint8Array {
  return stateBytes({ clients: [], credentials: [], [name]: list });
}

describe("bytes that are no state", () => {
  const refusals = ["MALFORMED", "OPTION", "LIMIT"];

  test("any bytes are refused by a FlagError", { timeout: timeoutMs }, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(refusals).toContain(outcome(bytes));
      }),
      options,
    );
  });

  test("a damaged state is imported or refused by a FlagError", { timeout: timeoutMs }, () => {
    const damage = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255), how: fc.nat(2) }), {
      minLength: 1,
      maxLength: 4,
    });
    const seen = new Set<string>();
    fc.assert(
      fc.property(arbitraryStates, damage, (state, damages) => {
        const bytes = [...stateBytes(state)];
        for (const { at, byte, how } of damages) bytes.splice(at % bytes.length, how, ...(how === 2 ? [] : [byte]));
        const result = outcome(Uint8Array.from(bytes));
        seen.add(result);
        expect(["imported", ...refusals]).toContain(result);
      }),
      options,
    );
    expect(seen).toContain("imported");
    expect(seen).toContain("MALFORMED");
  });

  test("a state cut short anywhere is refused, or means less", { timeout: timeoutMs }, () => {
    fc.assert(
      fc.property(arbitraryStates, fc.nat(), (state, at) => {
        const bytes = stateBytes(state);
        expect(["imported", ...refusals]).toContain(outcome(bytes.subarray(0, at % bytes.length)));
      }),
      options,
    );
  });
});
