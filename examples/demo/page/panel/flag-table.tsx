/** What each flag answers for the current shopper, and why. @module */

import type { JsonValue } from "@aplomb/core";
import { useFlagDetails } from "@aplomb/react";
import type { ReactElement } from "react";
import { demoFlags } from "../../src/demo-flags.js";

/** All flags of the demo. Looking at them here exposes nobody. */
export function FlagTable(): ReactElement {
  return (
    <section className="card" aria-labelledby="flags">
      <h2 id="flags">Flags</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Flag</th>
            <th scope="col">Variant</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          {[...demoFlags].map(([key, initial]) => (
            <FlagRow key={key} flag={key} initial={initial} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** An object field by field, anything else as JSON. */
function FlagValue({ value }: { readonly value: JsonValue }): ReactElement {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return <code>{JSON.stringify(value)}</code>;
  return (
    <code className="fields">
      {Object.entries(value).map(([name, field]) => (
        <span key={name}>
          {name}: {JSON.stringify(field)}
        </span>
      ))}
    </code>
  );
}

function FlagRow({ flag, initial }: { readonly flag: string; readonly initial: JsonValue }): ReactElement {
  const { value, variant, reason, errorCode } = useFlagDetails(flag, initial, { expose: "manual" });
  return (
    <>
      <tr>
        <th scope="row">{flag}</th>
        <td>{variant ?? "none"}</td>
        <td>
          <span className="reason" data-reason={reason}>
            {errorCode ?? reason}
          </span>
        </td>
      </tr>
      <tr className="value-row">
        <td colSpan={3}>
          <FlagValue value={value} />
        </td>
      </tr>
    </>
  );
}
