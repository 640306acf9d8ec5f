/** Names that mean something to JavaScript, or nothing to anybody, in every place where a bundle has names. @module */
import { type EvaluationContext, evaluate, evaluateAll, openBundle, resolve } from "@aplomb/core";
import { bundleBytes, equalTo, fullRollout, inSegment, segmentOf } from "./bundle-builder.js";

/** Fourteen names. */
export const HOSTILE_KEYS: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "__defineGetter__",
  "__lookupSetter__",
  "",
  "\0",
  "\ud800",
  "\u202eevil",
  " ",
  "k".repeat(256),
];

/** What the wire makes of a name: texts are UTF-8 there. */
const onWire = (name: string): string => new TextDecoder().decode(new TextEncoder().encode(name));
const own = <T>(name: string, value: T): Record<string, T> => Object.fromEntries([[name, value]]);

/** A bundle that has a name as flag, segment, variant and JSON key, and as the attribute that its segment asks for. */
export function hostileBundle(hostile: string): Uint8Array<ArrayBuffer> {
  const name = onWire(hostile);
  const value = { ...own(name, { inner: "in" }), plain: own(name, 1) };
  const flag = { variants: [{ name, value: withOwn(value, name) }], rules: [fullRollout(name, name, name)] };
  return bundleBytes({
    segments: { ...own(name, segmentOf(equalTo(`a.${name}`, name))), both: segmentOf(inSegment(name)) },
    flags: { ...own(name, flag), plain: { ...flag, rules: [fullRollout("r", "both", name)] } },
  });
}

/**
 * Everything that such a bundle answers; as text, so that it can be compared.
 *
 * @param hostile - Of {@link HOSTILE_KEYS}.
 */
export function hostileAnswers(hostile: string, bundle: Uint8Array): readonly string[] {
  const name = onWire(hostile);
  const set = openBundle(bundle);
  const contexts: EvaluationContext[] = [
    { targetingKey: name, a: own(name, name) },
    { targetingKey: name, a: {} },
    { targetingKey: name },
    { targetingKey: name, ...own(name, name) },
  ];
  const answers: unknown[] = [[...set.flagKeys], set.diagnostics, set.has(name), set.has(`${name}x`)];
  for (const context of contexts) {
    answers.push([...evaluateAll(set, context)]);
    for (const key of [name, "plain", `${name}.plain`, `plain.${name}`, `plain.plain.${name}`, `${name}x`]) {
      answers.push([key, evaluate(set, key, "default", context), evaluate(set, key, { a: 1 }, context)]);
    }
    answers.push(resolve(set, "plain", context), resolve(set, name, context));
  }
  return answers.map((answer) => JSON.stringify(answer, (_key, held) => held ?? "(nothing)"));
}

/** An object in which a name is an own property, `__proto__` too. */
function withOwn(value: Record<string, unknown>, name: string): Record<string, never> {
  const fields = Object.entries(value);
  return Object.defineProperty(Object.fromEntries(fields), name, {
    value: value[name],
    ...{ enumerable: true, configurable: true, writable: true },
  }) as Record<string, never>;
}
