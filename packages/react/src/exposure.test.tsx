/** Tests of exposure: after the commit, once, and only of what was shown. @module */
import type { FlagClient } from "@aplomb/client";
import type { EvaluationContext } from "@aplomb/core";
import { act, cleanup, render } from "@testing-library/react";
import {
  Activity,
  Component,
  type ReactNode,
  StrictMode,
  Suspense,
  startTransition,
  useLayoutEffect,
  useState,
} from "react";
import { afterEach, describe, expect, test } from "vitest";
import { bundleOf, type Flags } from "../test/bundle-of.js";
import { createMemoryClient } from "../test/memory-client.js";
import { FlagProvider } from "./flag-provider.js";
import { useFlag } from "./use-flag.js";

afterEach(cleanup);

const on = { banner: { variant: "on", value: { text: "Hello" } } };
const off = { banner: { variant: "off", value: { text: "Bye" } } };

/** Shows one flag. */
function Show({ flag = "banner.text", expose }: { flag?: string; expose?: "auto" | "manual" }) {
  return <output>{useFlag(flag, "", { expose })}</output>;
}

function inside(client: FlagClient, children: ReactNode, context?: EvaluationContext) {
  return (
    <FlagProvider client={client} context={context}>
      {children}
    </FlagProvider>
  );
}

describe("exposure", () => {
  const once = ["banner:on:all:ada"];

  test.each<{ what: string; wrap: (children: ReactNode) => ReactNode; exposures: string[] }>([
    { what: "a component", wrap: (it) => it, exposures: once },
    { what: "a component under StrictMode", wrap: (it) => <StrictMode>{it}</StrictMode>, exposures: once },
    { what: "a boundary that does not suspend", wrap: (it) => <Suspense>{it}</Suspense>, exposures: once },
    { what: "a boundary that suspends", wrap: (it) => <Suspense>{[it, <Suspend key="s" />]}</Suspense>, exposures: [] },
    { what: "a boundary that fails", wrap: (it) => <Boundary>{[it, <Fail key="f" />]}</Boundary>, exposures: [] },
  ])("of $what: $exposures", ({ wrap, exposures }) => {
    const client = createMemoryClient(bundleOf(on));
    render(inside(client, wrap(<Show key="show" />)), { onCaughtError() {} });
    expect(client.exposures).toEqual(exposures);
  });

  test("is not in the render", () => {
    const client = createMemoryClient(bundleOf(on));
    let exposesWhileRendering = -1;
    const Probe = () => {
      exposesWhileRendering = client.counts.exposes;
      return null;
    };
    render(inside(client, [<Show key="show" />, <Probe key="probe" />]));
    expect(exposesWhileRendering).toBe(0);
    expect(client.exposures).toEqual(once);
  });

  test("D7 of 100 renders and 10 components is one", () => {
    const client = createMemoryClient(bundleOf(on));
    const tree = () =>
      inside(
        client,
        [..."abcdefghij"].map((key) => <Show key={key} />),
      );
    const { rerender } = render(tree());
    for (let i = 0; i < 100; i++) rerender(tree());
    expect(client.exposures).toEqual(once);
  });

  test.each<{ what: string; next: Flags; exposures: string[] }>([
    { what: "another value", next: off, exposures: [...once, "banner:off:all:ada"] },
    {
      what: "another variant of the same value",
      next: { banner: { ...on.banner, variant: "also" } },
      exposures: [...once, "banner:also:all:ada"],
    },
    {
      what: "another rule with the same variant",
      next: { banner: { ...on.banner, rule: "beta" } },
      exposures: [...once, "banner:on:beta:ada"],
    },
    { what: "a new bundle that answers the same", next: { ...on }, exposures: once },
  ])("after $what", ({ next, exposures }) => {
    const client = createMemoryClient(bundleOf(on));
    render(inside(client, <Show />));
    act(() => client.publish(bundleOf(next)));
    expect(client.exposures).toEqual(exposures);
  });

  test("of another variant that came between commit and effect", () => {
    const client = createMemoryClient(bundleOf(on));
    const Publish = () => {
      useLayoutEffect(() => client.publish(bundleOf({ banner: { ...on.banner, variant: "also" } })), []);
      return null;
    };
    render(inside(client, [<Show key="show" />, <Publish key="publish" />]));
    expect(client.exposures).toEqual([...once, "banner:also:all:ada"]);
  });

  test("is not of a value that came with the end of the component that would have shown it", () => {
    const page = (isOpen: boolean) => ({ page: { variant: isOpen ? "open" : "closed", value: { isOpen } } });
    const client = createMemoryClient(bundleOf({ ...on, ...page(true) }));
    const Page = () => (useFlag("page.isOpen", false) ? <Show /> : null);
    render(inside(client, <Page />));
    act(() => client.publish(bundleOf({ ...off, ...page(false) })));
    expect(client.exposures).toEqual([...once, "page:open:all:ada", "page:closed:all:ada"]);
  });

  test("after a change of clients goes to the new one", () => {
    const [first, second] = [createMemoryClient(bundleOf(on)), createMemoryClient(bundleOf(on))];
    const { rerender } = render(inside(first, <Show />));
    rerender(inside(second, <Show />));
    expect(second.exposures).toEqual(once);
  });

  test("of a changed context is another unit's", () => {
    const client = createMemoryClient(bundleOf(on));
    const { rerender } = render(inside(client, <Show />));
    rerender(inside(client, <Show />, { targetingKey: "bo" }));
    expect(client.exposures).toEqual([...once, "banner:on:all:bo"]);
  });

  test("is left to the caller with expose: manual, and begins with expose: auto", () => {
    const client = createMemoryClient(bundleOf(on));
    const { rerender } = render(inside(client, <Show expose="manual" />));
    act(() => client.publish(bundleOf(off)));
    expect(client.counts.exposes).toBe(0);
    rerender(inside(client, <Show expose="auto" />));
    expect(client.exposures).toEqual(["banner:off:all:ada"]);
  });

  test("waits until a suspended boundary is shown", async () => {
    const client = createMemoryClient(bundleOf(on));
    const gate = createGate();
    render(inside(client, <Suspense>{[<Show key="show" />, <Wait key="wait" gate={gate} />]}</Suspense>));
    expect(client.exposures).toEqual([]);
    await act(async () => gate.open());
    expect(client.exposures).toEqual(once);
  });

  test("is not of a transition that never committed", async () => {
    const client = createMemoryClient(bundleOf({ ...on, other: on.banner }));
    const gate = createGate();
    let change = (_flag: string) => {};
    const Page = () => {
      const [flag, setFlag] = useState("banner.text");
      change = (next) => startTransition(() => setFlag(next));
      return (
        <Suspense>
          {[<Show key="show" flag={flag} />, flag !== "banner.text" && <Wait key="wait" gate={gate} />]}
        </Suspense>
      );
    };
    render(inside(client, <Page />));
    await act(async () => change("other.text"));
    await act(async () => change("banner.text"));
    expect(client.exposures).toEqual(once);
  });

  test.skipIf(!Activity)("waits until a hidden Activity is shown (React 18 has none)", () => {
    const client = createMemoryClient(bundleOf(on));
    const tree = (mode: "hidden" | "visible") => inside(client, <Activity mode={mode}>{<Show />}</Activity>);
    const { rerender } = render(tree("hidden"));
    expect(client.exposures).toEqual([]);
    rerender(tree("visible"));
    expect(client.exposures).toEqual(once);
  });
});

interface Gate {
  readonly opened: Promise<void>;
  isOpen: boolean;
  open(): void;
}

function createGate(): Gate {
  let resolve = () => {};
  const opened = new Promise<void>((settle) => {
    resolve = settle;
  });
  const gate: Gate = {
    opened,
    isOpen: false,
    open() {
      gate.isOpen = true;
      resolve();
    },
  };
  return gate;
}

function Wait({ gate }: { readonly gate: Gate }) {
  if (!gate.isOpen) throw gate.opened;
  return null;
}

const never = new Promise<never>(() => {});

function Suspend(): never {
  throw never;
}

function Fail(): never {
  throw new Error("on purpose");
}

class Boundary extends Component<{ readonly children: ReactNode }> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override render() {
    return this.state.failed ? null : this.props.children;
  }
}
