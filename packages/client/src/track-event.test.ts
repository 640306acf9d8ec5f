/** What of a tracked event may leave. @module */
import { describe, expect, test } from "vitest";
import { outgoingEvent } from "./track-event.js";

const pii = { email: "a@b.c", plan: "pro", nested: { ssn: "1" } };

describe("outgoingEvent", () => {
  test.each([
    { name: "nothing by default", allowed: undefined, properties: {} },
    { name: "what is allowed", allowed: ["plan"], properties: { plan: "pro" } },
    { name: "nothing inherited", allowed: ["toString", "__proto__"], properties: {} },
    { name: "nothing that is absent", allowed: ["other"], properties: {} },
  ])("E-19 sends $name", ({ allowed, properties }) => {
    expect(outgoingEvent({ properties: pii }, { targetingKey: "u", email: "x" }, allowed)).toEqual({
      ...{ unit: "u", value: undefined, properties },
      propertiesBytes: JSON.stringify(properties).length,
    });
  });

  test.each([
    [3, 3],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [undefined, undefined],
  ])("value %d → %d", (value, expected) => {
    expect(outgoingEvent({ ...(value !== undefined && { value }) }, {}, []).value).toBe(expected);
  });

  test("what JSON cannot hold is left out", () => {
    const properties = { a: undefined, b: () => 1, c: [undefined, 2] } as never;
    expect(outgoingEvent({ properties }, {}, ["a", "b", "c"]).properties).toEqual({ c: [null, 2] });
  });

  test("without a targeting key the unit is empty", () => {
    expect(outgoingEvent(undefined, {}, undefined).unit).toBe("");
  });
});
