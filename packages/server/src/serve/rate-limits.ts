/** How often may be called: all together, each client by its key, and by address where no key is known. @module */
import { createTokenBucket, type Rate, type TokenBucket } from "../token-bucket.js";
import { networkOf } from "./network-of.js";

/** Rates of the endpoint as a whole. Those of clients are in their credentials. */
export interface RateLimits {
  /** Manifests, bundles, calls and preflights of everybody together. Default: not limited; overload is shed anyway. */
  readonly total?: Rate;
  /** Requests with a wrong key, or without one where one is needed, by address. Default: 10 a second, 50 at once. */
  readonly unknownKeys?: Rate;
}

/** Counts requests against rates; each answers 0, or the milliseconds until such a request may come again. */
export interface RateCounter {
  total(nowMs: number): number;
  client(name: string, nowMs: number): number;
  address(address: string, nowMs: number): number;
}

const defaultUnknownKeys: Rate = { perSecond: 10, burst: 50 };
/** A bound on memory: whoever has more addresses than that begins anew with each. */
const maxAddresses = 10_000;

/** Full buckets for all. */
export function createRateCounter(limits: RateLimits, clientRates: ReadonlyMap<string, Rate>): RateCounter {
  const total = limits.total && createTokenBucket(limits.total);
  const clients = new Map([...clientRates].map(([name, rate]) => [name, createTokenBucket(rate)]));
  const addresses = new Map<string, TokenBucket>();
  const unknownKeys = limits.unknownKeys ?? defaultUnknownKeys;
  return {
    total: (nowMs) => total?.take(nowMs) ?? 0,
    client: (name, nowMs) => clients.get(name)?.take(nowMs) ?? 0,
    address(address, nowMs) {
      const network = networkOf(address);
      const bucket = addresses.get(network) ?? createTokenBucket(unknownKeys);
      // The one asked for longest ago stands first, and goes first.
      addresses.delete(network);
      addresses.set(network, bucket);
      if (addresses.size > maxAddresses) addresses.delete(addresses.keys().next().value ?? "");
      return bucket.take(nowMs);
    },
  };
}
