/** The script of the pages that tests drive from outside: one client, made from what the address says. @module */
import { createStore, entries } from "idb-keyval";
import { createFlagClient } from "../create-flag-client.js";
import type { ClientOptions, DeliveryCounters, FlagClient } from "../index.js";
import { createUnsignedFlagClient } from "../unsigned.js";
import { shiftedClock } from "./shifted-clock.js";

/** What the address of a page says, as JSON in its query. */
export interface LabSettings {
  readonly endpoint: string;
  /** The pinned root in base64. */
  readonly root: string;
  /** The client believes any signer. */
  readonly isUnsigned?: boolean;
  readonly pollIntervalMs?: number;
  readonly flushIntervalMs?: number;
  readonly consent?: NonNullable<ClientOptions["consent"]>;
}

/** What a test finds in a page. */
export interface Lab {
  readonly flags: FlagClient;
  /** When the script began and when the client could read first, in milliseconds of the page. */
  readonly times: { readonly beganMs: number; readyMs: number };
  /** After the last batch. */
  readonly counters: DeliveryCounters | undefined;
  /** How many batches the outbox's database has. */
  kept(): Promise<number>;
  /** How many bundles are kept in the page, wherever that is. */
  storedBundles(): Promise<number>;
  /** Lets the client's clock jump ahead, as if the page had slept. */
  jump(byMs: number): void;
  /** Reads a flag for so many units, from one on: each is an exposure. */
  expose(from: number, count: number): void;
}

declare global {
  var lab: Lab;
}

async function storedInDatabase(): Promise<readonly unknown[]> {
  try {
    return await entries(createStore("aplomb", "bundles"));
  } catch {
    return [];
  }
}

function countInLocalStorage(): number {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith("aplomb-bundle")).length;
  } catch {
    return 0;
  }
}

/** Makes the client; a page without settings has none. */
function startLab(settings: LabSettings): Lab {
  const { clock, jump } = shiftedClock();
  const {
    endpoint,
    root,
    isUnsigned,
    pollIntervalMs = 60_000,
    flushIntervalMs = 5_000,
    consent = "granted",
  } = settings;
  const audience = "web.test";
  const times = { beganMs: performance.now(), readyMs: 0 };
  const options = {
    ...{ endpoint, clientKey: "public", logger: null, clock, consent },
    ...{ refresh: { pollIntervalMs }, exposures: { flushIntervalMs } },
    hooks: { onDelivery: (counters: DeliveryCounters) => void Object.assign(lab, { counters }) },
  };
  const flags = isUnsigned
    ? createUnsignedFlagClient({ ...options, audience })
    : createFlagClient({ ...options, trust: { root, audience } });
  void flags.ready({ timeoutMs: 60_000 }).then(() => {
    times.readyMs = performance.now();
  });
  const lab: Lab = {
    ...{ flags, jump, times, counters: undefined },
    kept: async () => (await entries(createStore("aplomb-exposures", "batches"))).length,
    async storedBundles() {
      const inDatabase = await storedInDatabase();
      return inDatabase.length || countInLocalStorage();
    },
    expose(from, count) {
      for (let unit = from; unit < from + count; unit++)
        flags.getBooleanValue("checkout.enabled", false, { targetingKey: `u${unit}` });
    },
  };
  return lab;
}

if (location.search) globalThis.lab = startLab(JSON.parse(decodeURIComponent(location.search.slice(1))) as LabSettings);
