/** All simulated shoppers at once, each a dot in the colour of its checkout. @module */
import { FlagProvider, useFlagClient, useFlagDetails, useFlagStatus } from "@aplomb/react";
import { memo, type ReactElement } from "react";
import { CHECKOUT_DEFAULT } from "../../src/demo-flags.js";
import { contextOf, type Shopper } from "../../src/shoppers.js";
import { sharesOf } from "./shares-of.js";

/** How the experiment falls on everybody. Looking at the crowd exposes nobody. */
export function Crowd({ shoppers }: { readonly shoppers: readonly Shopper[] }): ReactElement {
  return (
    <section className="card crowd" aria-labelledby="crowd">
      <h2 id="crowd">The checkout of {shoppers.length} shoppers</h2>
      <div className="dots" aria-hidden="true">
        {shoppers.map((shopper) => (
          <Dot key={shopper.id} shopper={shopper} />
        ))}
      </div>
      <Shares shoppers={shoppers} />
      <p className="quiet note">Change the split, and only as many shoppers move as must.</p>
    </section>
  );
}

/** One shopper. A new bundle renders only the dots whose variant or accent changed. */
const Dot = memo(function Dot({ shopper }: { readonly shopper: Shopper }): ReactElement {
  return (
    <FlagProvider client={useFlagClient()} context={contextOf(shopper)}>
      <ColouredDot title={`${shopper.name}, ${shopper.country}`} />
    </FlagProvider>
  );
});

function ColouredDot({ title }: { readonly title: string }): ReactElement {
  const { variant = "none", value } = useFlagDetails("checkout", CHECKOUT_DEFAULT, { expose: "manual" });
  return <span className="dot" data-accent={value.accent} title={`${title}: ${variant}`} />;
}

/** How many there are of each variant, in words. */
function Shares({ shoppers }: { readonly shoppers: readonly Shopper[] }): ReactElement {
  const client = useFlagClient();
  useFlagStatus(); // renders again for each bundle
  return (
    <ul className="shares">
      {sharesOf(client, shoppers).map(({ variant, accent, count }) => (
        <li key={variant} data-accent={accent}>
          <span className="dot" aria-hidden="true" />
          {variant} <strong>{count}</strong>{" "}
          <span className="quiet">{Math.round((100 * count) / shoppers.length)} %</span>
        </li>
      ))}
    </ul>
  );
}
