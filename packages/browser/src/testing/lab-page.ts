/** The script of the pages that tests drive from outside: one client, made from what the address says. @module */
import { createFlagClient } from "../create-flag-client.js";
import type { ClientOptions, FlagClient } from "../index.js";
import { createUnsignedFlagClient } from "../unsigned.js";
import { shiftedClock } from "./shifted-clock.js";

/** What the address of a page says, as JSON in its query. */
export interface LabSettings {
  readonly endpoint: string;
  /** The pinned root in base64; absent: the client believes any signer. */
  readonly root?: string;
  readonly pollIntervalMs?: number;
  readonly flushIntervalMs?: number;
  readonly consent?: ClientOptions["consent"];
  /** Takes something away before the client is made. */
  readonly without?: string;
}

/** What a test finds in a page. */
export interface Lab {
  readonly flags: FlagClient;
  /** Lets the client's clock jump ahead, as if the page had slept. */
  jump(byMs: number): void;
  /** Reads a flag for so many units, from one on: each is an exposure. */
  expose(from: number, count: number): void;
}

declare global {
  var lab: Lab;
}

const settings = JSON.parse(decodeURIComponent(location.search.slice(1))) as LabSettings;
const { clock, jump } = shiftedClock();
const { endpoint, root, pollIntervalMs = 60_000, flushIntervalMs = 5_000, consent = "granted" } = settings;
if (settings.without) Object.defineProperty(globalThis, settings.without, { value: undefined });
const options = {
  ...{ endpoint, clientKey: "public", audience: "web.test", logger: null, clock, consent },
  ...{ refresh: { pollIntervalMs }, exposures: { flushIntervalMs } },
};
const flags = root
  ? createFlagClient({ ...options, trust: { root, audience: options.audience } })
  : createUnsignedFlagClient(options);

globalThis.lab = {
  flags,
  jump,
  expose(from, count) {
    for (let unit = from; unit < from + count; unit++)
      flags.getBooleanValue("checkout.enabled", false, { targetingKey: `u${unit}` });
  },
};
