/** The demo page: a shop on the left, what the flags are doing on the right, everybody else below. @module */
import type { FlagClient } from "@aplomb/browser";
import { FlagProvider } from "@aplomb/react";
import { type ReactElement, useState } from "react";
import { contextOf, SHOPPER_COUNT, shopperOf, shoppersOf } from "../src/shoppers.js";
import { Crowd } from "./crowd/crowd.js";
import { ExposedCrowd, type OnShown } from "./crowd/exposed-crowd.js";
import { ClientStatusCard, ClientStatusPill } from "./panel/client-status.js";
import { FlagTable } from "./panel/flag-table.js";
import { WhoAmI } from "./panel/who-am-i.js";
import { Checkout } from "./shop/checkout.js";

const everybody = shoppersOf(SHOPPER_COUNT);
const people = shoppersOf(5);

interface AppProps {
  readonly client: FlagClient;
  readonly consoleUrl: string;
  /** Shows and exposes every flag for everybody, and tells of it. */
  readonly onShown: OnShown | undefined;
}

/** The whole page. */
export function App({ client, consoleUrl, onShown }: AppProps): ReactElement {
  const [shopper, setShopper] = useState(shopperOf(1));
  return (
    <FlagProvider client={client} context={contextOf(shopper)}>
      <header className="top">
        <h1>Aplomb demo</h1>
        <ClientStatusPill />
        <p className="hint">
          Edit <code>examples/demo/flags/checkout.yaml</code> and save: this page follows without a reload. What was
          really shown is counted in the <a href={consoleUrl}>console</a>.
        </p>
      </header>
      <main>
        <div className="column">
          <Checkout key={shopper.id} shopper={shopper} />
          <Crowd shoppers={everybody} />
        </div>
        <div className="column">
          <WhoAmI shoppers={people} current={shopper} onChange={setShopper} />
          <FlagTable />
          <ClientStatusCard />
        </div>
      </main>
      {onShown && <ExposedCrowd shoppers={everybody} onShown={onShown} />}
    </FlagProvider>
  );
}
