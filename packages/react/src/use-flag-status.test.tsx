/** Tests of useFlagStatus and useFlagClient. @module */
import type { ClientEvents, ClientStatus } from "@aplomb/client";
import { act, cleanup, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test } from "vitest";
import { createMemoryClient } from "../test/memory-client.js";
import { FlagProvider } from "./flag-provider.js";
import { useFlagClient } from "./use-flag-client.js";
import { useFlagStatus } from "./use-flag-status.js";

afterEach(cleanup);

test.each<{ event: keyof ClientEvents; state: ClientStatus["state"] }>([
  { event: "ready", state: "READY" },
  { event: "stale", state: "STALE" },
  { event: "error", state: "ERROR" },
])("useFlagStatus follows the event $event", ({ event, state }) => {
  const client = createMemoryClient();
  const wrapper = ({ children }: { children: ReactNode }) => <FlagProvider client={client}>{children}</FlagProvider>;
  const { result, unmount } = renderHook(() => useFlagStatus().state, { wrapper });
  expect(result.current).toBe("NOT_READY");
  act(() => client.report(event, { state }));
  expect(result.current).toBe(state);
  unmount();
  expect(client.counts.listeners).toBe(0);
});

test("useFlagClient is the client of the nearest provider", () => {
  const outer = createMemoryClient();
  const inner = createMemoryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <FlagProvider client={outer}>
      <FlagProvider client={inner}>{children}</FlagProvider>
    </FlagProvider>
  );
  expect(renderHook(() => useFlagClient(), { wrapper }).result.current).toBe(inner);
});
