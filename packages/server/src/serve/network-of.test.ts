/** Which addresses count as one caller. @module */
import { expect, test } from "vitest";
import { networkOf } from "./network-of.js";

test.each([
  { address: "192.0.2.7", network: "192.0.2.7" },
  { address: "::ffff:192.0.2.7", network: "192.0.2.7" },
  { address: "2001:db8:1:2:3:4:5:6", network: "2001:db8:1:2" },
  { address: "2001:DB8::1", network: "2001:db8:0:0" },
  { address: "::1", network: "0:0:0:0" },
  { address: "2001:db8:1:2::", network: "2001:db8:1:2" },
  { address: "", network: "" },
])("networkOf($address) → $network", ({ address, network }) => {
  expect(networkOf(address)).toBe(network);
});
