/** N-05: the written table of what follows from which failure. @module */
import { FlagError } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import { classifyFailure } from "./classify-failure.js";
import { RequestError } from "./request-error.js";

describe("N-05 classifyFailure", () => {
  test.each([
    [0, "backoff"],
    [400, "rejected"],
    [401, "extended"],
    [403, "extended"],
    [404, "extended"],
    [405, "extended"],
    [408, "backoff"],
    [409, "rejected"],
    [413, "too_large"],
    [415, "rejected"],
    [422, "rejected"],
    [429, "throttled"],
    [500, "backoff"],
    [501, "extended"],
    [502, "backoff"],
    [503, "throttled"],
    [504, "backoff"],
    [599, "backoff"],
  ])("status %d → %s", (status, expected) => {
    expect(classifyFailure(new RequestError("", { status }))).toBe(expected);
  });

  test.each([
    ["Connect's aborted", new RequestError("", { status: 409, connectCode: "aborted" }), "backoff"],
    ["a bad signature", new FlagError("SIGNATURE"), "rejected"],
    ["what could not be loaded", new FlagError("UNREACHABLE"), "backoff"],
    ["a refusal", new FlagError("REFUSED"), "extended"],
    ["an unusable root", new FlagError("ROOT"), "extended"],
    ["a foreign error", new TypeError("fetch failed"), "backoff"],
    ["something thrown that is no error", "text", "backoff"],
  ])("%s → %s", (_name, error, expected) => {
    expect(classifyFailure(error)).toBe(expected);
  });
});
