/** Values that no caller should put into a context: what throws, never ends, is huge, or only looks like data. @module */

/** What hostile code throws, in turn: some of it throws again at whoever looks at it. */
const THROWN: readonly (() => unknown)[] = [
  () => new Error("hostile"),
  () => undefined,
  () => Symbol("hostile"),
  () => Object.create(null),
  () => new Proxy({}, ALL_TRAPS),
  () => Object.defineProperty(new Error("hostile"), "message", { get: hostile }),
  () => ({ toString: hostile, [Symbol.toPrimitive]: hostile }),
];
let turn = 0;

/** Throws something, mostly no error. */
export function hostile(): never {
  throw THROWN[turn++ % THROWN.length]?.();
}

const ALL_TRAPS: ProxyHandler<object> = {
  ...{ get: hostile, set: hostile, has: hostile, deleteProperty: hostile, ownKeys: hostile, defineProperty: hostile },
  ...{ getOwnPropertyDescriptor: hostile, getPrototypeOf: hostile, setPrototypeOf: hostile, isExtensible: hostile },
};

/** Whatever is looked up in it is there, and is it. */
const endless: object = new Proxy(
  {},
  {
    get: () => endless,
    has: () => true,
    ownKeys: () => ["p", "a", "s"],
    getOwnPropertyDescriptor: () => ({ value: endless, configurable: true, enumerable: true, writable: true }),
  },
);

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = "deep";
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
}

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function filled<T extends object>(target: T, fill: (self: T) => void): T {
  fill(target);
  return target;
}

function overflow(): unknown {
  return [overflow()];
}

const HUGE_TEXT = "x".repeat(10_000_000);
const DEEP_LIST = nested(20_000, (inner) => [inner]);
const DEEP_OBJECT = nested(20_000, (p) => ({ p, a: p }));
const HUGE_TEXTS = new Array(1_000).fill(HUGE_TEXT);
const HOLES: unknown[] = Object.assign([], { length: 10_000_000 });
const LONG_LIST = new Array(1_000_000).fill("a");
const INHERITED_NAMES =
  '{"__proto__":{"p":"a"},"constructor":{"p":1},"hasOwnProperty":0,"toString":[],"p":"a","s":"a"}';

/** Hostile values by name; each may be a context, an attribute, or an element of a list. */
export const HOSTILE_VALUES: Readonly<Record<string, () => unknown>> = {
  ...{ null: () => null, undefined: () => undefined, true: () => true, "1": () => 1, "a text": () => "x" },
  ...{ "a huge bigint": () => 10n ** 400n, "a symbol": () => Symbol("s"), "a function": () => () => 1 },
  ...{ NaN: () => Number.NaN, "-Infinity": () => -Infinity, "1.7e308": () => 1.7e308, "5e-324": () => 5e-324 },
  ...{ "lone surrogates": () => "\uDC00\uD800", "a NUL": () => "\0", "10 MB of text": () => HUGE_TEXT },
  ...{ "a class": () => class {}, "a boxed text": () => Object("a"), "a boxed number": () => Object(1) },
  ...{ "an invalid date": () => new Date(Number.NaN), "the last date": () => new Date(8.64e15) },
  ...{ "a map": () => new Map([["p", "a"]]), "a promise": () => Promise.resolve("a"), "a pattern": () => /a/ },
  ...{ bytes: () => new Uint8Array(9), "an error": () => new Error("p"), "no prototype": () => Object.create(null) },
  "a date that throws": () =>
    filled(new Date(0), (date) => Object.assign(date, { getTime: hostile, toISOString: hostile })),
  "a proxy of a date": () => new Proxy(new Date(0), {}),
  "a date by prototype only": () => Object.create(Date.prototype),
  "a cyclic object": () =>
    filled<Record<string, unknown>>({}, (it) => Object.assign(it, { p: it, a: it, s: it, o: it })),
  "a cyclic list": () => filled<unknown[]>(["a"], (it) => it.push(it)),
  "20,000 lists within lists": () => DEEP_LIST,
  "20,000 objects within objects": () => DEEP_OBJECT,
  "a list of a million": () => LONG_LIST,
  "a list of 10 MB texts": () => HUGE_TEXTS,
  "a sparse list": () => Object.assign(new Array(9), { 3: "a" }),
  "a list of ten million holes": () => HOLES,
  "a list without methods": () => Object.setPrototypeOf(["a"], null),
  "a list that cannot be iterated": () =>
    Object.assign(["a", 1], { [Symbol.iterator]: hostile, map: hostile, some: hostile }),
  "a list with a throwing element": () => Object.defineProperty(["a", 1], 1, { get: hostile }),
  "a list by prototype only": () => Object.create(Array.prototype),
  "inherited names": () => JSON.parse(INHERITED_NAMES) as unknown,
  "a throwing conversion": () => ({
    toString: hostile,
    valueOf: hostile,
    toJSON: hostile,
    [Symbol.toPrimitive]: hostile,
  }),
  "a throwing getter": () =>
    Object.defineProperties(
      {},
      Object.fromEntries(["p", "a", "s", "targetingKey"].map((name) => [name, { get: hostile, enumerable: true }])),
    ),
  "a getter without an end": () => Object.defineProperty({ p: 1 }, "p", { get: overflow, enumerable: true }),
  "throwing traps": () => new Proxy({}, ALL_TRAPS),
  "a list of throwing traps": () => new Proxy([], ALL_TRAPS),
  "a throwing prototype trap": () => new Proxy({ s: "a" }, { getPrototypeOf: hostile }),
  "a throwing key trap": () =>
    new Proxy({ s: "a" }, { has: hostile, getOwnPropertyDescriptor: hostile, ownKeys: hostile }),
  "a revoked object": () => revoked({}),
  "a revoked list": () => revoked([]),
  "a revoked function": () => revoked(() => 1),
  "an endless object": () => endless,
  "a list whose length lies": () =>
    new Proxy(["a"], { get: (list, key) => (key === "length" ? Number.NaN : Reflect.get(list, key)) }),
};
