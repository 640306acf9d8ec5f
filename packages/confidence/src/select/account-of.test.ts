/** The account: of the options, of the envelope, of both. @module */
import { describe, expect, test } from "vitest";
import { accountOf } from "./account-of.js";

const options = (account: unknown) => ({ account: account as string | undefined, clientSecret: "s" });
const ignore = () => undefined;

describe("accountOf", () => {
  test.each([
    { given: "acme", named: undefined, expected: "acme" },
    { given: undefined, named: "acme", expected: "acme" },
    { given: "acme", named: "acme", expected: "acme" },
    { given: "", named: undefined, expected: "" },
    { given: "accounts", named: undefined, expected: "accounts" },
    { given: "accounts/acme", named: "accounts/acme", expected: "accounts/acme" },
    { given: undefined, named: "accounts/acme", expected: "accounts/acme" },
  ])("given $given, named $named: $expected", ({ given, named, expected }) => {
    expect(accountOf(options(given), named, ignore)).toBe(expected);
  });

  test.each([
    { given: undefined, named: undefined, said: "the state is not in an envelope that names it" },
    { given: "acme", named: "emca", said: '"acme" was given, but the state is of "emca"' },
    { given: "accounts/acme", named: undefined, said: '"accounts/acme" is a name; give the id behind accounts/' },
    { given: "accounts/acme", named: "acme", said: '"accounts/acme" is a name' },
    { given: 7, named: undefined, said: "not a text" },
  ])("given $given, named $named: $said", ({ given, named, said }) => {
    expect(() => accountOf(options(given), named, ignore)).toThrow(`OPTION: account: ${said}`);
  });
});
