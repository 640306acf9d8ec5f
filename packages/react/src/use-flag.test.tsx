/** Tests of useFlag: what it shows, and when it renders. @module */
import type { FlagClient } from "@aplomb/client";
import type { EvaluationContext, JsonValue } from "@aplomb/core";
import { bundleBytes, equalTo, fullRollout, segmentOf } from "@aplomb/testkit";
import { act, cleanup, render } from "@testing-library/react";
import { type ReactNode, useLayoutEffect } from "react";
import { afterEach, describe, expect, test } from "vitest";
import { bundleOf, type Flags } from "../test/bundle-of.js";
import { createMemoryClient } from "../test/memory-client.js";
import { FlagProvider } from "./flag-provider.js";
import { useFlag } from "./use-flag.js";

afterEach(cleanup);

const on = { banner: { variant: "on", value: { shown: true, text: "Hello", size: 3, style: { tone: "warm" } } } };
const off = { banner: { variant: "off", value: { shown: false, text: "Bye", size: 3, style: { tone: "warm" } } } };

/** A flag that is the name of the unit, for the three that there are. */
const who = bundleBytes({
  flags: {
    who: {
      variants: ["ada", "bo", "cy"].map((name) => ({ name, value: { is: name } })),
      rules: ["ada", "bo", "cy"].map((name) => fullRollout(name, name, name)),
    },
  },
  segments: Object.fromEntries(["ada", "bo", "cy"].map((name) => [name, segmentOf(equalTo("targeting_key", name))])),
});

interface ShowProps {
  readonly flag?: string;
  readonly initial?: JsonValue;
  readonly seen?: unknown[] | undefined;
  readonly expose?: "auto" | "manual";
}

/** Shows one flag, and notes every value it was rendered with. */
function Show({ flag = "banner.text", initial = "", seen = [], expose }: ShowProps) {
  const value = useFlag(flag, initial, { expose });
  seen.push(value);
  return <output>{JSON.stringify(value)}</output>;
}

function inside(client: FlagClient, children: ReactNode, context?: EvaluationContext) {
  return (
    <FlagProvider client={client} context={context}>
      {children}
    </FlagProvider>
  );
}

describe("the value", () => {
  test.each<{ flag: string; initial: JsonValue; value: JsonValue }>([
    { flag: "banner.shown", initial: false, value: true },
    { flag: "banner.text", initial: "", value: "Hello" },
    { flag: "banner.size", initial: 0, value: 3 },
    { flag: "banner.style", initial: {}, value: { tone: "warm" } },
    { flag: "missing", initial: "default", value: "default" },
    { flag: "missing", initial: { a: 1 }, value: { a: 1 } },
  ])("of $flag is right in the first render", ({ flag, initial, value }) => {
    const seen: unknown[] = [];
    render(inside(createMemoryClient(bundleOf(on)), <Show flag={flag} initial={initial} seen={seen} />));
    expect(seen).toEqual([value]);
  });

  test.each<{ what: string; from: ShowProps; to: ShowProps; values: unknown[] }>([
    { what: "key", from: { flag: "banner.text" }, to: { flag: "banner.style.tone" }, values: ["Hello", "warm"] },
    { what: "default", from: { flag: "no", initial: 1 }, to: { flag: "no", initial: 2 }, values: [1, 2] },
  ])("follows a changed $what in the same render", ({ from, to, values }) => {
    const seen: unknown[] = [];
    const client = createMemoryClient(bundleOf(on));
    const { rerender } = render(inside(client, <Show {...from} seen={seen} />));
    rerender(inside(client, <Show {...to} seen={seen} />));
    expect(seen).toEqual(values);
  });

  test("follows the provider's context and client in the same render", () => {
    const seen: unknown[] = [];
    const client = createMemoryClient(who);
    const other = createMemoryClient(bundleOf({ who: { variant: "a", value: { is: "another client" } } }));
    const show = <Show flag="who.is" seen={seen} />;
    const { rerender } = render(inside(client, show));
    rerender(inside(client, show, { targetingKey: "bo" }));
    rerender(inside(other, show, { targetingKey: "bo" }));
    expect(seen).toEqual(["ada", "bo", "another client"]);
  });

  test("follows the client's context and a new bundle", () => {
    const seen: unknown[] = [];
    const client = createMemoryClient(who);
    render(inside(client, <Show flag="who.is" seen={seen} />));
    act(() => client.setContext({ targetingKey: "cy" }));
    act(() => client.publish(bundleOf({ who: { variant: "b", value: { is: "everybody" } } })));
    expect(seen).toEqual(["ada", "cy", "everybody"]);
  });

  test("D6 is not missed when it changes between the first render and the first effect", () => {
    const client = createMemoryClient(bundleOf(on));
    const Publish = () => {
      useLayoutEffect(() => client.publish(bundleOf(off)), []);
      return null;
    };
    const { container } = render(inside(client, [<Show key="show" />, <Publish key="publish" />]));
    expect(container.textContent).toBe('"Bye"');
  });

  test("keeps its identity while a new bundle says the same", () => {
    const seen: unknown[] = [];
    const client = createMemoryClient(bundleOf(on));
    const { rerender } = render(inside(client, <Show flag="banner.style" initial={{}} seen={seen} />));
    act(() => client.publish(bundleOf({ banner: { ...off.banner } })));
    rerender(inside(client, <Show flag="banner.style" initial={{}} seen={seen} />));
    rerender(inside(createMemoryClient(bundleOf(on)), <Show flag="banner.style" initial={{}} seen={seen} />));
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(1);
  });

  test("is one and the same in all components of a commit", () => {
    const client = createMemoryClient(bundleOf(on));
    const { container } = render(inside(client, [<Show key="1" />, <Show key="2" />]));
    act(() => client.publish(bundleOf(off)));
    expect(container.textContent).toBe('"Bye""Bye"');
  });
});

describe("renders", () => {
  test("of 1,000 components, only the one whose value changed renders again", () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `f${index}`);
    const seen = new Map<string, unknown[]>(keys.map((key) => [key, []]));
    const flags = (changed?: string): Flags =>
      Object.fromEntries(keys.map((key) => [key, { variant: "a", value: { v: key === changed ? "new" : "old" } }]));
    const client = createMemoryClient(bundleOf(flags()));
    const components = keys.map((key) => <Show key={key} flag={`${key}.v`} seen={seen.get(key)} />);
    render(inside(client, components));
    act(() => client.publish(bundleOf(flags("f7"))));
    expect([...seen].filter(([, values]) => values.length !== 1)).toEqual([["f7", ["old", "new"]]]);
  });

  test("D5 cost no evaluation while nothing changed, with literals in every place", () => {
    const client = createMemoryClient(bundleOf(on));
    const Literals = () => {
      useFlag("banner.style", { tone: "cold" }, { expose: "auto" });
      return null;
    };
    const tree = () => inside(client, <Literals />, { targetingKey: "ada", tags: ["a"] });
    const { rerender } = render(tree());
    for (let i = 0; i < 50; i++) rerender(tree());
    expect(client.counts).toEqual({ evaluations: 1, exposes: 2, listeners: 2 });
  });

  test("a provider that renders with the same content does not render its readers", () => {
    const seen: unknown[] = [];
    const client = createMemoryClient(bundleOf(on));
    const show = <Show seen={seen} />;
    const { rerender } = render(inside(client, show, { targetingKey: "ada", since: new Date(0) }));
    rerender(inside(client, show, { since: new Date(0), targetingKey: "ada" }));
    expect(seen).toHaveLength(1);
  });

  test("1,000 mounts leave no listener behind", () => {
    const client = createMemoryClient(bundleOf(on));
    for (let i = 0; i < 1000; i++) render(inside(client, <Show />)).unmount();
    expect(client.counts.listeners).toBe(0);
    expect(client.exposures).toEqual(["banner:on:all:ada"]);
  });
});
