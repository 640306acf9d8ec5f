/** Tests of the hooks outside a provider: defaults, and one warning. @module */
import { cleanup, render } from "@testing-library/react";
import { StrictMode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { createDetachedClient } from "./detached-client.js";
import { useFlag } from "./use-flag.js";
import { useFlagClient } from "./use-flag-client.js";
import { useFlagDetails } from "./use-flag-details.js";
import { useFlagStatus } from "./use-flag-status.js";

afterEach(cleanup);

function Everything() {
  const text = useFlag("banner.text", "default");
  const details = useFlagDetails("banner.size", 3);
  const { state } = useFlagStatus();
  useFlagClient().track("seen");
  return <p>{[text, details.value, details.errorCode, state].join(" ")}</p>;
}

test("hooks answer with defaults and warn once, however many components there are", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { container } = render(<StrictMode>{[<Everything key="1" />, <Everything key="2" />]}</StrictMode>);
  render(<Everything />);
  expect(container.textContent).toBe("default 3 PROVIDER_NOT_READY NOT_READY".repeat(2));
  expect(warn.mock.calls).toEqual([["No FlagProvider: flags give defaults."]]);
  warn.mockRestore();
});

test("the client settles everything at once", async () => {
  const client = createDetachedClient();
  expect(client.withContext({}).getBooleanValue("a", true)).toBe(true);
  expect(client.evaluateAll().size).toBe(0);
  expect((await client.ready()).state).toBe("NOT_READY");
  expect(await client.flush()).toEqual({ delivered: 0, pending: 0, dropped: 0 });
  expect(await client.close()).toEqual({ delivered: 0, pending: 0, dropped: 0 });
});
