/** What is said of environments that were asked for by name. @module */
import { describe, expect, test } from "vitest";
import { ACCOUNT, ALL, BY_SECRET, flag, rule, stateBytes } from "../../test/state-builder.js";
import { importResolverState } from "../import-resolver-state.js";

const restricted = rule("f", { environments: ["environments/test"] });
const state = stateBytes({ flags: [flag("f", { rules: [restricted, rule("f")] })], segments: [ALL] });
const named = "it has environments/prod, environments/test";

/** What an import for a client by its name says; the state names one environment in a rule, one in a credential. */
function said(environments: readonly string[], bytes = state) {
  return importResolverState(bytes, { account: ACCOUNT, client: "clients/web", environments }).diagnostics;
}

describe("environments", () => {
  test.each([
    { what: "of a rule", environments: ["environments/test"] },
    { what: "of a credential", environments: ["environments/prod"] },
    { what: "of both", environments: ["environments/prod", "environments/test"] },
  ])("$what: nothing", ({ environments }) => {
    expect(said(environments)).toEqual([]);
  });

  test("that the state does not name", () => {
    const message = `no rule or credential of the state names this environment; ${named}`;
    expect(said(["environments/prod", "test"])).toEqual([{ entry: "test", severity: "suspect", message }]);
  });

  test("none, where rules ask for one", () => {
    const message = `no environment was given, so rules that ask for one are left out; ${named}`;
    expect(said([])).toEqual([{ entry: "clients/web", severity: "suspect", message }]);
  });

  test.each([
    { what: "no rule asks for one", flags: [flag("f")] },
    { what: "only rules that are switched off do", flags: [flag("f", { rules: [{ ...restricted, enabled: false }] })] },
    { what: "only another client's do", flags: [flag("f"), flag("g", { rules: [restricted], clients: [] })] },
  ])("none, where $what: nothing", ({ flags }) => {
    expect(said([], stateBytes({ flags, segments: [ALL] }))).toEqual([]);
  });

  test("of a secret are not questioned", () => {
    expect(importResolverState(state, BY_SECRET).diagnostics).toEqual([]);
  });
});
