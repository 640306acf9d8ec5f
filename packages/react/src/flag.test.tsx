/** Tests of Flag and useTrack. @module */
import type { EvaluationContext } from "@aplomb/core";
import { act, cleanup, fireEvent, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { bundleOf } from "../test/bundle-of.js";
import { createMemoryClient } from "../test/memory-client.js";
import { Flag } from "./flag.js";
import { FlagProvider } from "./flag-provider.js";
import { useTrack } from "./use-track.js";

afterEach(cleanup);

const pageOf = (isOn: boolean) => bundleOf({ page: { variant: isOn ? "on" : "off", value: { isOn } } });

test("Flag shows what its child makes of the value, exposes it, and follows it", () => {
  const client = createMemoryClient(pageOf(true));
  let parentRenders = 0;
  const Page = () => {
    parentRenders++;
    return (
      <Flag name="page.isOn" defaultValue={false}>
        {(isOn) => (isOn ? "new" : "old")}
      </Flag>
    );
  };
  const { container } = render(
    <FlagProvider client={client}>
      <Page />
    </FlagProvider>,
  );
  expect(container.textContent).toBe("new");
  act(() => client.publish(pageOf(false)));
  expect(container.textContent).toBe("old");
  expect(client.exposures).toEqual(["page:on:all:ada", "page:off:all:ada"]);
  expect(parentRenders).toBe(1);
});

test("Flag exposes nothing with expose: manual", () => {
  const client = createMemoryClient(pageOf(true));
  render(
    <FlagProvider client={client}>
      <Flag name="page.isOn" defaultValue={false} expose="manual">
        {(isOn) => isOn && <p />}
      </Flag>
    </FlagProvider>,
  );
  expect(client.counts.exposes).toBe(0);
});

test("useTrack tracks in the provider's context, by the same function as long as that says the same", () => {
  const client = createMemoryClient(pageOf(true));
  const tracked: unknown[] = [];
  client.track = (event, details, context) => tracked.push([event, details?.value, context?.targetingKey]);
  const functions = new Set<unknown>();
  const Pay = () => {
    const track = useTrack();
    functions.add(track);
    return <button type="button" onClick={() => track("paid", { value: 12.5 })} />;
  };
  const tree = (context: EvaluationContext) => (
    <FlagProvider client={client} context={context}>
      <Pay />
    </FlagProvider>
  );
  const { container, rerender } = render(tree({ targetingKey: "bo" }));
  rerender(tree({ targetingKey: "bo" }));
  expect(functions.size).toBe(1);
  const button = container.querySelector("button");
  if (button) fireEvent.click(button);
  expect(tracked).toEqual([["paid", 12.5, "bo"]]);
});
