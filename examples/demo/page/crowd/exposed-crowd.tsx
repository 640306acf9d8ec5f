/** Every flag for every shopper, exposed as components expose: what the check compares with the service. @module */
import type { EvaluationDetails, JsonValue } from "@aplomb/core";
import { FlagProvider, useFlagClient, useFlagDetails } from "@aplomb/react";
import { type ReactElement, useEffect } from "react";
import { demoFlags } from "../../src/demo-flags.js";
import { contextOf, type Shopper } from "../../src/shoppers.js";

/** Told of what is shown, after it is committed. */
export type OnShown = (shopper: Shopper, details: EvaluationDetails) => void;

interface ExposedCrowdProps {
  readonly shoppers: readonly Shopper[];
  readonly onShown: OnShown;
}

/** One cell for each shopper and flag. */
export function ExposedCrowd({ shoppers, onShown }: ExposedCrowdProps): ReactElement {
  const client = useFlagClient();
  return (
    <div hidden>
      {shoppers.map((shopper) => (
        <FlagProvider key={shopper.id} client={client} context={contextOf(shopper)}>
          {[...demoFlags].map(([flag, initial]) => (
            <Cell key={flag} flag={flag} initial={initial} shopper={shopper} onShown={onShown} />
          ))}
        </FlagProvider>
      ))}
    </div>
  );
}

interface CellProps {
  readonly flag: string;
  readonly initial: JsonValue;
  readonly shopper: Shopper;
  readonly onShown: OnShown;
}

function Cell({ flag, initial, shopper, onShown }: CellProps): ReactElement {
  const details = useFlagDetails(flag, initial);
  useEffect(() => onShown(shopper, details), [shopper, details, onShown]);
  return <span>{details.variant}</span>;
}
