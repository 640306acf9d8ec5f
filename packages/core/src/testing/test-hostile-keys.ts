/** Names that mean something to JavaScript mean nothing to flags: the law of P-11, for every platform that runs tests. @module */
import { bundleBytes, HOSTILE_KEYS, hostileAnswers, hostileBundle } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { evaluate, openBundle } from "../index.js";

const shown = (key: string): string => JSON.stringify(key).slice(0, 30);
const polluted = (): string[] => {
  const found: string[] = [];
  for (const key in {}) found.push(key);
  return [...found, ...Object.keys(Object.prototype)];
};

/**
 * Declares the tests.
 *
 * The last freezes prototypes for good: call this last, in a file of its own.
 */
export function testHostileKeys(title: string): void {
  describe(title, () => {
    test.each(HOSTILE_KEYS.map((key) => ({ key, name: shown(key) })))(
      "$name as flag, attribute, segment, variant and JSON key",
      ({ key }) => {
        const name = new TextDecoder().decode(new TextEncoder().encode(key));
        const answers = hostileAnswers(key, hostileBundle(key)).join("\n");
        expect(JSON.parse(hostileAnswers(key, hostileBundle(key))[0] ?? "")).toEqual([name, "plain"]);
        expect(polluted()).toEqual([]);
        expect(({} as Record<string, unknown>).inner).toBeUndefined();
        expect(answers).toContain('"reason":"TARGETING_MATCH"');
        expect(answers).toContain('"errorCode":"FLAG_NOT_FOUND"');
      },
    );

    test.each(HOSTILE_KEYS.map((key) => ({ key, name: shown(key) })))(
      "$name is not found where there is none",
      ({ key }) => {
        const set = openBundle(bundleBytes({ flags: { other: {} } }));
        for (const asked of [key, `${key}.${key}`]) {
          expect(evaluate(set, asked, "default", {})).toMatchObject({ value: "default", errorCode: "FLAG_NOT_FOUND" });
        }
        expect(set.has(key)).toBe(false);
      },
    );

    test("with frozen prototypes the answers are the same", () => {
      const bundles = HOSTILE_KEYS.map(hostileBundle);
      const answers = () => HOSTILE_KEYS.map((key, at) => hostileAnswers(key, bundles[at] ?? new Uint8Array()));
      const before = JSON.stringify(answers());
      // Not to be undone: this is the last test of the file.
      for (const { prototype } of [Object, Array, Map, Set, Function, String, Number, RegExp, Uint8Array, Error]) {
        Object.freeze(prototype);
      }
      expect(JSON.stringify(answers()) === before).toBe(true);
    });
  });
}
