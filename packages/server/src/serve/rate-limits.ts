/** How often may be called: all together, each client by its key, and by address where no key is known. @module */
import { createTokenBucket, type Rate, type TokenBucket } from "../token-bucket.js";

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

/**
 * Who an address belongs to: an IPv4 address itself, the first 64 bits of an IPv6 address, since a single customer has all the others.
 *
 * @example networkOf("2001:db8::1") // "2001:db8:0:0"
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::", 2);
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  return [...before, ...zeros, ...after].slice(0, 4).join(":").toLowerCase();
}
