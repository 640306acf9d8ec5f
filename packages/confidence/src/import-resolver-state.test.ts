/** The import as a whole: what an imported state answers, clause by clause of how a state is loaded. @module */
import { type EvaluationContext, openBundle, resolve } from "@aplomb/core";
import type { JsonObject } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { FlagState } from "../gen/aplomb/confidence/v1/resolver_state_pb.js";
import {
  ACCOUNT,
  ALL,
  BY_SECRET,
  drawn,
  flag,
  packed,
  rule,
  type StateInit,
  segment,
  stateBytes,
} from "../test/state-builder.js";
import type { ImportOptions } from "./import-options.js";
import { importResolverState } from "./import-resolver-state.js";

/** What flag `f` of a state answers: the end of the variant's name, or the reason that there is none. */
function answer(init: StateInit, context: EvaluationContext = {}, options: ImportOptions = BY_SECRET): string {
  const { bundle } = importResolverState(stateBytes(init), options);
  const { variant, reason } = resolve(openBundle(bundle), "f", context);
  return variant === "" ? reason : (variant.split("/").at(-1) as string);
}

/** A state with one flag, `f`, everybody of whose segment `segments/all` gets the variant on. */
function oneFlag(init: StateInit = {}): StateInit {
  return { flags: [flag("f")], segments: [ALL], ...init };
}

const only = (buckets: readonly number[]) => drawn("segments/all", buckets);
const full = (value: boolean) => ({ segment: "segments/all", content: { case: "full" as const, value } });
const nothing = { segment: "segments/all" };
const ones = (sizeBytes: number) => packed("segments/all", new Uint8Array(sizeBytes).fill(255));
/** Unit `a` is in this bucket of account `acct`: a row of the golden vectors. */
const BUCKET_OF_A = 212_344;
const A = { targeting_key: "a" };

describe("flags", () => {
  const other = (init: StateInit["flags"]) => answer(oneFlag({ flags: init ?? [] }));
  const off = { rules: [rule("f", { split: { bucketCount: 1, assignments: [] } })] };
  test.each([
    { what: "one that is active and lists the client", flags: [flag("f")], expected: "on" },
    { what: "one without a state", flags: [flag("f", { state: FlagState.UNSPECIFIED })], expected: "FLAG_NOT_FOUND" },
    { what: "an archived one", flags: [flag("f", { state: FlagState.ARCHIVED })], expected: "FLAG_NOT_FOUND" },
    { what: "one of another client", flags: [flag("f", { clients: ["clients/app"] })], expected: "FLAG_NOT_FOUND" },
    { what: "one of no client", flags: [flag("f", { clients: [] })], expected: "FLAG_NOT_FOUND" },
    { what: "the last of two", flags: [flag("f", off), flag("f")], expected: "on" },
    { what: "the last of two, archived", flags: [flag("f"), flag("f", { state: 2 })], expected: "FLAG_NOT_FOUND" },
  ])("$what: $expected", ({ flags, expected }) => {
    expect(other(flags)).toBe(expected);
  });

  test.each([
    { name: "f", why: 'its name does not begin with "flags/"' },
    { name: "flags/", why: "it has no key" },
    { name: "flags/a.b", why: "its key has a dot" },
    { name: `flags/${"é".repeat(129)}`, why: "its key is longer than 256 bytes" },
  ])("$name is left out: $why", ({ name, why }) => {
    const { bundle, diagnostics } = importResolverState(
      stateBytes(oneFlag({ flags: [flag("f", { name }), flag("g")] })),
      BY_SECRET,
    );
    expect([...openBundle(bundle).flagKeys]).toEqual(["g"]);
    expect(diagnostics).toEqual([{ entry: name, severity: "quarantined", message: expect.stringContaining(why) }]);
  });
});

describe("rules", () => {
  const inProd = { environments: ["environments/prod"] };
  const inTest = { environments: ["environments/test", "environments/dev"] };
  const as = (environments: string[]) => ({ account: ACCOUNT, client: "clients/web", environments });
  test.each([
    { what: "without environments", rule: {}, options: as([]), expected: "on" },
    { what: "in one of the credential's", rule: inProd, options: BY_SECRET, expected: "on" },
    { what: "in none of the credential's", rule: inTest, options: BY_SECRET, expected: "NO_SEGMENT_MATCH" },
    { what: "in one of the given ones", rule: inTest, options: as(["x", "environments/dev"]), expected: "on" },
    { what: "with environments, none given", rule: inProd, options: as([]), expected: "NO_SEGMENT_MATCH" },
    { what: "switched off", rule: { enabled: false }, options: BY_SECRET, expected: "NO_SEGMENT_MATCH" },
    { what: "without a split", rule: { split: undefined }, options: BY_SECRET, expected: "NO_SEGMENT_MATCH" },
    { what: "of no segment", rule: { segment: "segments/x" }, options: BY_SECRET, expected: "NO_SEGMENT_MATCH" },
  ])("$what: $expected", ({ rule: init, options, expected }) => {
    expect(answer(oneFlag({ flags: [flag("f", { rules: [rule("f", init)] })] }), A, options)).toBe(expected);
  });

  test.each([
    { name: "segments/s1", salt: "s1" },
    { name: "segments/s1/more", salt: "s1" },
    { name: "segments/", salt: "" },
    { name: "segments", salt: undefined },
    { name: "", salt: undefined },
  ])("the salt of segment $name is $salt", ({ name, salt }) => {
    const halves = { bucketCount: 1_000_000, assignments: [] };
    const rules = [rule("f", { segment: name, split: halves })];
    const state = stateBytes(oneFlag({ flags: [flag("f", { rules })], segments: [{ name }] }));
    const { bundle, diagnostics } = importResolverState(state, BY_SECRET);
    expect(resolve(openBundle(bundle), "f", A).reason).toBe(salt === undefined ? "ERROR" : "NO_SEGMENT_MATCH");
    expect(diagnostics.map(({ message }) => message).join()).toMatch(salt === undefined ? /has no salt/ : /^$/);
  });
});

describe("segments and their bitsets", () => {
  const noOne = { kind: { case: "not" as const, value: { kind: { case: "and" as const, value: {} } } } };
  const never = { ...segment("segments/all", {}, noOne) };
  test.each([
    { what: "the last of two segments holds", state: { segments: [never, ALL] }, a: "on", anybody: "on" },
    { what: "no bitset: everybody", state: {}, a: "on", anybody: "on" },
    { what: "full: everybody", state: { bitsets: [full(true)] }, a: "on", anybody: "on" },
    { what: "nothing set: everybody", state: { bitsets: [nothing] }, a: "on", anybody: "on" },
    { what: "the unit's bit", state: { bitsets: [only([BUCKET_OF_A])] }, a: "on", anybody: "-" },
    { what: "another bit", state: { bitsets: [only([BUCKET_OF_A + 1])] }, a: "-", anybody: "-" },
    { what: "full after bits leaves them", state: { bitsets: [only([]), full(true)] }, a: "-", anybody: "-" },
    { what: "full before bits", state: { bitsets: [full(true), only([])] }, a: "-", anybody: "-" },
    { what: "nothing set after bits", state: { bitsets: [only([]), nothing] }, a: "-", anybody: "-" },
    { what: "the last bits hold", state: { bitsets: [only([]), only([BUCKET_OF_A])] }, a: "on", anybody: "-" },
    { what: "bits of an unknown segment", state: { bitsets: [drawn("segments/x", [])] }, a: "on", anybody: "on" },
    { what: "all bits", state: { bitsets: [ones(125_000)] }, a: "on", anybody: "on" },
    { what: "all bits of a short bitset", state: { bitsets: [ones(10)] }, a: "-", anybody: "on" },
    { what: "an empty bitset", state: { bitsets: [ones(0)] }, a: "-", anybody: "on" },
  ])("$what", ({ state, a, anybody }) => {
    const answers = [answer(oneFlag(state), A), answer(oneFlag(state))];
    expect(answers.map((text) => text.replace("NO_SEGMENT_MATCH", "-"))).toEqual([a, anybody]);
  });

  const broken = { segment: "segments/x", content: { case: "gzipped" as const, value: new Uint8Array(20) } };
  test.each([
    { what: "full is false", bitsets: [full(false)], said: 'the bitset of "segments/all": full_bitset is false' },
    { what: "full is false for nothing", bitsets: [{ ...full(false), segment: "" }], said: 'the bitset of ""' },
    {
      what: "a container of an unknown segment is broken",
      bitsets: [broken],
      said: 'the bitset of "segments/x": a gzip',
    },
    { what: "a container that is replaced is broken", bitsets: [broken, drawn("segments/x", [])], said: "1f 8b" },
  ])("$what: the state is refused", ({ bitsets, said }) => {
    const state = stateBytes(oneFlag({ bitsets }));
    expect(() => importResolverState(state, BY_SECRET)).toThrow(/^MALFORMED: /);
    expect(() => importResolverState(state, BY_SECRET)).toThrow(said);
  });

  test("more than 125,000 bytes: what reaches the segment is an error, the rest works", () => {
    const flags = [flag("f"), flag("g", { rules: [rule("g", { segment: "segments/other" })] })];
    const segments = [ALL, { name: "segments/other" }];
    const state = stateBytes({ flags, segments, bitsets: [ones(125_001)] });
    const { bundle, diagnostics } = importResolverState(state, BY_SECRET);
    const [f, g] = ["f", "g"].map((key) => resolve(openBundle(bundle), key, A));
    expect(f).toMatchObject({ reason: "ERROR", errorCode: "PARSE_ERROR" });
    expect(g).toMatchObject({ reason: "MATCH" });
    const message = expect.stringContaining("an allocation of more than 1000000 buckets");
    expect(diagnostics).toEqual([{ entry: "segments/all", severity: "quarantined", message }]);
  });

  test("the account is cut at its first slash, and that is said", () => {
    const state = stateBytes(oneFlag({ bitsets: [only([BUCKET_OF_A])] }));
    const { bundle, diagnostics } = importResolverState(state, { ...BY_SECRET, account: `${ACCOUNT}/x` });
    expect(resolve(openBundle(bundle), "f", A).reason).toBe("MATCH");
    expect(diagnostics).toMatchObject([{ entry: "acct/x", severity: "suspect" }]);
  });

  test("only those that can be reached are written", () => {
    const criterion = (name: string) => ({ kind: { case: "segment" as const, value: { segment: name } } });
    const segments = [
      segment("segments/all", { a: criterion("segments/b"), unused: criterion("segments/c") }),
      segment("segments/b", { a: criterion("segments/all") }),
      { name: "segments/c" },
    ];
    const { bundle } = importResolverState(stateBytes(oneFlag({ segments })), BY_SECRET);
    const ids = ["segments/all", "segments/b", "segments/c"];
    expect(ids.map((id) => Buffer.from(bundle).includes(id))).toEqual([true, true, false]);
  });

  test.each([
    { what: "that is switched off", init: { enabled: false } },
    { what: "of another environment", init: { environments: ["environments/test"] } },
  ])("a rule $what is not written, and neither is what it leads to", ({ init }) => {
    const rules = [rule("f"), rule("f", { ...init, name: "unreachable", segment: "segments/c" })];
    const segments = [ALL, { name: "segments/c" }];
    const { bundle } = importResolverState(stateBytes({ flags: [flag("f", { rules })], segments }), BY_SECRET);
    const texts = ["segments/all", "unreachable", "segments/c"];
    expect(texts.map((text) => Buffer.from(bundle).includes(text))).toEqual([true, false, false]);
  });

  test("a name that is too long for a bundle stands under its digest", () => {
    const name = `segments/${"s".repeat(300)}`;
    const flags = [flag("f", { rules: [rule("f", { segment: name })] })];
    const { bundle, diagnostics } = importResolverState(stateBytes({ flags, segments: [{ name }] }), BY_SECRET);
    expect(resolve(openBundle(bundle), "f", {}).segment).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(diagnostics).toMatchObject([{ severity: "suspect", message: expect.stringContaining("too long") }]);
  });
});

describe("the bundle", () => {
  test("what is known to fail when it is reached is said", () => {
    const assignments = [{ id: "x", outcome: { case: "variant" as const, value: { variant: "none" } } }];
    const rules = [rule("f", { split: { bucketCount: 0, assignments } }), rule("f", { segment: "segments/x" })];
    const { diagnostics } = importResolverState(stateBytes(oneFlag({ flags: [flag("f", { rules })] })), BY_SECRET);
    expect(diagnostics).toEqual([
      { entry: "f", severity: "suspect", message: expect.stringContaining("which the state lacks: it never matches") },
      { entry: "f", severity: "suspect", message: expect.stringContaining('assigns the variant "none"') },
      { entry: "f", severity: "suspect", message: expect.stringContaining("has no buckets") },
    ]);
  });

  test("what no client would take is refused", () => {
    expect(() => importResolverState(stateBytes(oneFlag()), { ...BY_SECRET, account: "a".repeat(300) })).toThrow(
      "LIMIT: no client would take the imported bundle: a text of 309 bytes",
    );
  });

  test("equal states give equal bytes, whatever the order of their entries and fields", () => {
    const variants = (value: JsonObject) => [{ name: "on", value }];
    const schema = { fields: { x: {}, y: {} } };
    const state = oneFlag({
      flags: [flag("f"), flag("g", { schema, variants: variants({ x: 1, y: [{ a: 1, b: 2 }] }) })],
      segments: [ALL, { name: "segments/z" }],
      bitsets: [drawn("segments/all", [1, 2, 3]), drawn("segments/z", [4])],
    });
    const turned = {
      flags: [flag("g", { schema, variants: variants({ y: [{ b: 2, a: 1 }], x: 1 }) }), flag("f")],
      segments: [...(state.segments ?? [])].reverse(),
      bitsets: [...(state.bitsets ?? [])].reverse(),
    };
    const [one, other] = [state, turned].map((init) => importResolverState(stateBytes(init), BY_SECRET).bundle);
    expect(one).toEqual(other);
  });

  test("the state is only read", () => {
    const state = stateBytes(oneFlag({ bitsets: [only([1])] }));
    const before = Uint8Array.from(state);
    importResolverState(state, BY_SECRET);
    expect(state).toEqual(before);
  });

  test("something other than bytes is refused", () => {
    const state = stateBytes(oneFlag()).buffer as unknown as Uint8Array;
    expect(() => importResolverState(state, BY_SECRET)).toThrow("OPTION: state: not a Uint8Array");
  });
});
