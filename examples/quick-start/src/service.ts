/** Reads a flag in a Node service: the first example of the README. @module */
import { createFlagClient } from "@aplomb/node";

const flags = createFlagClient({
  endpoint: process.env.APLOMB_ENDPOINT ?? "https://flags.example.com",
  clientKey: process.env.APLOMB_CLIENT_KEY ?? "",
  trust: { root: process.env.APLOMB_ROOT ?? "", audience: "service.production" },
});
await flags.ready({ timeoutMs: 2_000 }); // never rejects; without a network, defaults until there is one

const shopper = { targetingKey: "user-42", country: "SE" };
const layout = flags.getStringValue("checkout.layout", "unknown", shopper);
console.log(`user-42 sees ${layout}`);
await flags.close(); // sends what is queued
