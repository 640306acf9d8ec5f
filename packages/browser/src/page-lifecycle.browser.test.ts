/** Page events in real Chromium. @module */
import { afterEach, describe, expect, test, vi } from "vitest";
import { attachToPage } from "./page-lifecycle.js";

function attached() {
  const calls: string[] = [];
  const detach = attachToPage({
    pause: () => calls.push("pause"),
    resume: () => calls.push("resume"),
    flushNow: () => calls.push("flush"),
  });
  return { calls, detach };
}

function be(visibilityState: DocumentVisibilityState): void {
  Object.defineProperty(document, "visibilityState", { value: visibilityState, configurable: true });
}
afterEach(() => void Reflect.deleteProperty(document, "visibilityState"));

describe("attachToPage", () => {
  test.each([
    { name: "hidden", state: "hidden", target: "document", type: "visibilitychange", calls: ["flush", "pause"] },
    { name: "visible again", state: "visible", target: "document", type: "visibilitychange", calls: ["resume"] },
    { name: "left", state: "visible", target: "window", type: "pagehide", calls: ["flush", "pause"] },
    { name: "back from the cache", state: "visible", target: "window", type: "pageshow", calls: ["resume"] },
  ] as const)("$name: $calls", ({ state, target, type, calls: expected }) => {
    const { calls, detach } = attached();
    be(state);
    (target === "document" ? document : window).dispatchEvent(new Event(type));
    detach();
    expect(calls).toEqual(expected);
  });

  test("a page that starts hidden rests from the start", () => {
    be("hidden");
    const { calls, detach } = attached();
    detach();
    expect(calls).toEqual(["pause"]);
  });

  test("after detaching it hears nothing", () => {
    const { calls, detach } = attached();
    detach();
    be("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("pagehide"));
    expect(calls).toEqual([]);
  });

  test("W-07 it registers no event that keeps pages out of the back/forward cache", () => {
    const types: string[] = [];
    const spies = [document, window].map((target) =>
      vi.spyOn(target, "addEventListener").mockImplementation((type: string) => void types.push(type)),
    );
    attached();
    for (const spy of spies) spy.mockRestore();
    expect(types).toEqual(["visibilitychange", "pagehide", "pageshow"]);
  });
});
