/** Reads a flag in React: the second example of the README. @module */
import { createFlagClient } from "@aplomb/browser";
import { FlagProvider, useFlag } from "@aplomb/react";
import { trust } from "./trust.js"; // { root, audience }: made by `aplomb keygen`, shipped with your code

const flags = createFlagClient({ endpoint: "https://flags.example.com", clientKey: "public-key", trust });

function Pay() {
  const label = useFlag("checkout.button", "Continue"); // no effect in render; exposed once, after the commit
  return <button type="submit">{label}</button>;
}

export const App = () => (
  <FlagProvider client={flags} context={{ targetingKey: "user-42" }}>
    <Pay />
  </FlagProvider>
);
