/** Holds the waits between attempts to the written schedule. @module */
import { describe, expect, test } from "vitest";
import { RequestError } from "./request-error.js";
import { createRetryPolicy } from "./retry-policy.js";

const failure = (status: number, retryAfterMs = 0) => new RequestError("", { status, retryAfterMs });

describe("createRetryPolicy", () => {
  test.each([
    { name: "no answer, lowest draws", status: 0, draw: 0, waits: [250, 250, 250, 250, 250, 250, 250, 250] },
    { name: "no answer, highest draws", status: 0, draw: 1, waits: [1e3, 2e3, 4e3, 8e3, 16e3, 32e3, 60e3, 60e3] },
    { name: "throttled, lowest draws", status: 429, draw: 0, waits: [500, 1e3, 2e3, 4e3, 8e3, 16e3, 30e3, 30e3] },
    { name: "refused, lowest draws", status: 403, draw: 0, waits: [300e3, 300e3] },
    { name: "refused, highest draws", status: 403, draw: 1, waits: [150e3, 150e3] },
  ])("$name", ({ status, draw, waits }) => {
    const policy = createRetryPolicy(() => draw, 250);
    expect(waits.map(() => policy.failed(failure(status)))).toEqual(waits);
  });

  test("N-03 what the endpoint asks for is a lower bound", () => {
    const policy = createRetryPolicy(() => 0.5, 250);
    expect(policy.failed(failure(503, 30_000))).toBe(30_000);
    expect(policy.failed(failure(401, 400_000))).toBe(400_000);
  });

  test("a success starts the schedule over", () => {
    const policy = createRetryPolicy(() => 1, 250);
    policy.failed(failure(500));
    policy.failed(failure(500));
    expect([policy.succeeded(), policy.failed(failure(500))]).toEqual([0, 1_000]);
  });

  test("N-04 after a refusal the second success brings back the usual pace", () => {
    const policy = createRetryPolicy(() => 0, 250);
    policy.failed(failure(401));
    expect([policy.succeeded(), policy.succeeded(), policy.succeeded()]).toEqual([300_000, 0, 0]);
  });
});
