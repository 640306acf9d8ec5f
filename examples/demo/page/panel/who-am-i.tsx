/** Whose eyes the page is seen with. @module */
import type { ReactElement } from "react";
import type { Shopper } from "../../src/shoppers.js";

interface WhoAmIProps {
  readonly shoppers: readonly Shopper[];
  readonly current: Shopper;
  readonly onChange: (shopper: Shopper) => void;
}

/** Switches between shoppers; what flags know of the current one. */
export function WhoAmI({ shoppers, current, onChange }: WhoAmIProps): ReactElement {
  return (
    <section className="card" aria-labelledby="who-am-i">
      <h2 id="who-am-i">Who am I?</h2>
      <div className="people" role="radiogroup" aria-labelledby="who-am-i">
        {shoppers.map((shopper) => (
          <label key={shopper.id} className="person">
            <input type="radio" name="shopper" checked={shopper.id === current.id} onChange={() => onChange(shopper)} />
            <span>{shopper.name}</span>
          </label>
        ))}
      </div>
      <dl className="facts">
        <Fact name="targeting key" value={current.id} />
        <Fact name="country" value={current.country} />
        <Fact name="app version" value={current.appVersion} />
        <Fact name="cart total" value={String(current.cartTotal)} />
        <Fact name="email" value={current.email} />
      </dl>
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
