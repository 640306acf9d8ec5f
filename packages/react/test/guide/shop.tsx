/** What docs/react.md shows of a page. @module */
import type { FlagClient } from "@aplomb/client";
import { Flag, FlagProvider, useFlag, useFlagDetails, useSuspenseFlag, useTrack } from "@aplomb/react";

export function App({ flags, account }: { flags: FlagClient; account: { id: string; plan: string } }) {
  return (
    <FlagProvider client={flags} context={{ targetingKey: account.id, plan: account.plan }}>
      <Checkout />
    </FlagProvider>
  );
}

export function Checkout() {
  const layout = useFlag("checkout.layout", "steps");
  return <main>{layout === "one-page" ? "All on one page" : "Step 1 of 3"}</main>;
}

export function Newsletter() {
  const { value, expose } = useFlagDetails("newsletter.text", "Subscribe", { expose: "manual" });
  return (
    <details onToggle={expose}>
      <summary>News</summary>
      {value}
    </details>
  );
}

export function Buy() {
  const track = useTrack();
  return (
    <Flag name="checkout.button" defaultValue="Buy">
      {(text) => (
        <button type="button" onClick={() => track("checkout.paid", { value: 12.5 })}>
          {text}
        </button>
      )}
    </Flag>
  );
}

export function Price() {
  const discount = useSuspenseFlag("price.discount", 0); // a Suspense above shows its fallback meanwhile
  return <b>{100 - discount}</b>;
}
