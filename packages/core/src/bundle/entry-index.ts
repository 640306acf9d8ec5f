/** Where the entries of a bundle lie, by key: numbers, not an object for each, because a bundle has many and a page uses few. @module */
import { FlagError } from "../errors.js";
import { textOf, utf8Of } from "../utf8.js";

/** Entries of one kind, still undecoded. */
export interface EntryIndex {
  /** Different keys. */
  readonly size: number;
  /** The last entry of a key; shares the bundle's memory. */
  get(key: string): Uint8Array | undefined;
  has(key: string): boolean;
  /** Every key once, in the order in which each came first. */
  keys(): Iterable<string>;
}

/** The places of entries, as they are found: `PLACE_WIDTH` numbers each. */
export interface EntryPlaces {
  readonly bytes: Uint8Array;
  numbers: Uint32Array;
  /** How many of the numbers are used. */
  used: number;
}

/** Numbers of an entry: where its key begins and ends, where its body begins and ends, and the hash of its key. */
export const PLACE_WIDTH = 5;

/** Begins the places of a bundle's entries. */
export function createEntryPlaces(bytes: Uint8Array): EntryPlaces {
  return { bytes, numbers: new Uint32Array(64 * PLACE_WIDTH), used: 0 };
}

/** Makes room for another entry. */
export function growPlaces(places: EntryPlaces): void {
  const next = new Uint32Array(places.numbers.length * 2);
  next.set(places.numbers);
  places.numbers = next;
}

/**
 * Adds an entry by the places of its key and its body.
 *
 * @throws FlagError MALFORMED if the key is not UTF-8.
 */
export function addPlace(places: EntryPlaces, keyAt: number, keyEnd: number, bodyAt: number, bodyEnd: number): void {
  keyText(places.bytes, keyAt, keyEnd);
  if (places.used === places.numbers.length) growPlaces(places);
  places.numbers.set([keyAt, keyEnd, bodyAt, bodyEnd, hashOf(places.bytes, keyAt, keyEnd)], places.used);
  places.used += PLACE_WIDTH;
}

/** Mixes a byte of a key into the hash of those before it. `scanEntries` does the same on its way through the bundle. */
export const HASH_FACTOR = 0x01000193;

function hashOf(bytes: Uint8Array, at: number, end: number): number {
  let hash = 0;
  for (let i = at; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), HASH_FACTOR);
  return hash;
}

/**
 * A key as text.
 *
 * @throws FlagError MALFORMED if it is not UTF-8.
 */
export function keyText(bytes: Uint8Array, at: number, end: number): string {
  try {
    return textOf(bytes.subarray(at, end));
  } catch (cause) {
    throw badKey(at, cause);
  }
}

function badKey(at: number, cause: unknown): FlagError {
  return new FlagError("MALFORMED", `a key that is not UTF-8 at byte ${at}`, { cause });
}

/** Steps past other keys that a key may cost on average; honest keys cost less than one. */
const MOST_STEPS = 16;

/**
 * Makes an open hash table over the keys' bytes, at most half full. Of two entries with one key the last is found.
 *
 * @throws FlagError LIMIT for keys that were chosen to collide: a bundle must not keep its reader busy for minutes.
 */
export function indexEntries({ bytes, numbers: places, used }: EntryPlaces): EntryIndex {
  const slots = new Int32Array(2 ** Math.ceil(Math.log2((2 * used) / PLACE_WIDTH + 1)));
  const mask = slots.length - 1;
  let stepsLeft = 1_000 + (MOST_STEPS * used) / PLACE_WIDTH;
  let size = 0;
  for (let at = 0; at < used; at += PLACE_WIDTH) {
    const hash = places[at + 4] as number;
    let slot = (hash ^ (hash >>> 15)) & mask;
    let before = slots[slot] as number;
    while (before !== 0 && !(places[before + 3] === hash && isSameKey(before - 1, at))) {
      if (--stepsLeft < 0) throw new FlagError("LIMIT", "colliding keys");
      slot = (slot + 1) & mask;
      before = slots[slot] as number;
    }
    if (before === 0) {
      slots[slot] = at + 1;
      size++;
    } else places.copyWithin(before + 1, at + 2, at + 4);
  }

  function isSameKey(one: number, other: number): boolean {
    return hasKey(one, bytes, places[other] as number, places[other + 1] as number);
  }

  /** Whether an entry has a key. */
  function hasKey(entry: number, key: Uint8Array, keyAt: number, keyEnd: number): boolean {
    const at = places[entry] as number;
    if ((places[entry + 1] as number) - at !== keyEnd - keyAt) return false;
    for (let i = keyAt; i < keyEnd; i++) {
      if (key[i] !== bytes[at + i - keyAt]) return false;
    }
    return true;
  }

  /** Where the numbers of a key's entry begin, counted from 1; 0 for none. */
  function find(key: string): number {
    const keyBytes = utf8Of(key);
    const hash = hashOf(keyBytes, 0, keyBytes.length);
    let slot = (hash ^ (hash >>> 15)) & mask;
    let entry = slots[slot] as number;
    while (entry !== 0 && !hasKey(entry - 1, keyBytes, 0, keyBytes.length)) {
      slot = (slot + 1) & mask;
      entry = slots[slot] as number;
    }
    return entry;
  }

  return {
    size,
    has: (key) => find(key) > 0,
    get(key) {
      const entry = find(key);
      return entry === 0 ? undefined : bytes.subarray(places[entry + 1] as number, places[entry + 2] as number);
    },
    *keys() {
      const isFirst = new Set(slots);
      for (let at = 0; at < used; at += PLACE_WIDTH) {
        if (isFirst.has(at + 1)) yield keyText(bytes, places[at] as number, places[at + 1] as number);
      }
    },
  };
}
