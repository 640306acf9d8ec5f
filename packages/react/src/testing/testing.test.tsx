/** Tests of the testing entry: forced flags, what was exposed, and the matcher. @module */
import { act, cleanup, render } from "@testing-library/react";
import { StrictMode } from "react";
import { afterEach, describe, expect, test } from "vitest";
import { useFlag } from "../use-flag.js";
import { useFlagDetails } from "../use-flag-details.js";
import { useFlagStatus } from "../use-flag-status.js";
import { useTrack } from "../use-track.js";
import { exposureMatchers } from "./exposure-matchers.js";
import { FlagTestProvider } from "./flag-test-provider.js";
import type { ForcedFlags } from "./forced-flags.js";
import { createTestFlags } from "./test-flags.js";

expect.extend({ ...exposureMatchers });

afterEach(cleanup);

function Show({ flag = "banner.text", initial = "default" }: { flag?: string; initial?: string | number }) {
  return <output>{useFlag(flag, initial)}</output>;
}

function showWith(flags: Parameters<typeof FlagTestProvider>[0]["flags"], show = <Show />) {
  return (
    <StrictMode>
      <FlagTestProvider flags={flags}>{show}</FlagTestProvider>
    </StrictMode>
  );
}

describe("forced flags", () => {
  test.each<{ forced: ForcedFlags; flag: string; initial: string | number; shown: string }>([
    { forced: { "banner.text": "Hello" }, flag: "banner.text", initial: "", shown: "Hello" },
    { forced: { "a.b.c": 1, "a.b.d": 2 }, flag: "a.b.c", initial: 0, shown: "1" },
    { forced: { a: { b: { c: 1 } } }, flag: "a.b.c", initial: 0, shown: "1" },
    { forced: { size: 3 }, flag: "size", initial: 0, shown: "3" },
    { forced: { a: { variant: "b", value: { text: "B" } } }, flag: "a.text", initial: "", shown: "B" },
    { forced: { a: { variant: "b" }, "a.text": "C" }, flag: "a.text", initial: "", shown: "C" },
    { forced: { "banner.text": "Hello" }, flag: "banner.text", initial: 7, shown: "7" },
    { forced: {}, flag: "banner.text", initial: "default", shown: "default" },
  ])("$forced shows $shown for $flag", ({ forced, flag, initial, shown }) => {
    const { container } = render(showWith(forced, <Show flag={flag} initial={initial} />));
    expect(container.textContent).toBe(shown);
  });

  test("change in the same render, and literals change nothing", () => {
    let renders = 0;
    const Count = () => {
      renders++;
      return <Show />;
    };
    const count = <Count />;
    const tree = (text: string) => <FlagTestProvider flags={{ "banner.text": text }}>{count}</FlagTestProvider>;
    const { container, rerender } = render(tree("Hello"));
    rerender(tree("Hello"));
    expect(renders).toBe(1);
    rerender(tree("Bye"));
    expect(container.textContent).toBe("Bye");
  });

  test("are a client's too: variant, status, setFlags, events", async () => {
    const flags = createTestFlags({ banner: { variant: "warm", value: { text: "Hello" } } });
    const Everything = () => {
      const { variant, reason } = useFlagDetails("banner.text", "");
      useTrack()("seen", { value: 1 });
      return [variant, reason, useFlagStatus().state].join(" ");
    };
    const { container } = render(<FlagTestProvider flags={flags}>{<Everything />}</FlagTestProvider>);
    expect(container.textContent).toBe("warm STATIC READY");
    expect(flags.getEvents()).toEqual([{ event: "seen", details: { value: 1 } }]);
    act(() => flags.setFlags({ banner: { variant: "cold", value: { text: "Bye" } } }));
    expect(container.textContent).toBe("cold STATIC READY");
    expect(flags.getExposures().map(({ variant }) => variant)).toEqual(["warm", "cold"]);
    flags.reset();
    expect([flags.getExposures(), flags.getEvents()]).toEqual([[], []]);
    expect(await flags.ready()).toBe(flags.status);
    expect((await flags.prepare()).getStringValue("banner.text", "")).toBe("Bye");
  });
});

describe("toHaveExposed", () => {
  const flags = createTestFlags({ "banner.text": "Hello" }, "ada");

  test("is of what was committed, once", () => {
    flags.reset();
    expect(flags).not.toHaveExposed("banner");
    render(
      showWith(
        flags,
        <>
          <Show />
          <Show />
        </>,
      ),
    );
    expect(flags).toHaveExposed("banner");
    expect(flags).toHaveExposed("banner", { variant: "forced", unit: "ada" });
    expect(flags).not.toHaveExposed("banner", { variant: "other" });
    expect(flags).not.toHaveExposed("other");
    expect(flags.getExposures()).toEqual([{ flag: "banner", variant: "forced", unit: "ada" }]);
  });

  test("says what there was instead", () => {
    flags.reset();
    expect(() => expect(flags).toHaveExposed("banner")).toThrow('like {"flag":"banner"}; there were none');
    render(showWith(flags));
    expect(() => expect(flags).not.toHaveExposed("banner")).toThrow(/expected no exposure.*\n.*banner: forced \(ada\)/);
  });
});
