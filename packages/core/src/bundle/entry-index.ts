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

/** Takes entries in, one after the other. */
export interface EntryIndexBuilder {
  /** Adds an entry by the places of its key and its body. */
  add(keyAt: number, keyEnd: number, bodyAt: number, bodyEnd: number): void;
  /** @throws FlagError MALFORMED if a key is not UTF-8. */
  build(): EntryIndex;
}

/** Numbers kept of each entry: where key and body begin and end. */
const WIDTH = 4;

/** Begins an index over a bundle. */
export function createEntryIndex(bytes: Uint8Array): EntryIndexBuilder {
  let places = new Uint32Array(0);
  let used = 0;
  return {
    add(keyAt, keyEnd, bodyAt, bodyEnd) {
      if (used === places.length) places = grown(places);
      places[used++] = keyAt;
      places[used++] = keyEnd;
      places[used++] = bodyAt;
      places[used++] = bodyEnd;
    },
    build: () => indexOf(bytes, places.subarray(0, used)),
  };
}

function grown(places: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(Math.max(64 * WIDTH, places.length * 2));
  next.set(places);
  return next;
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

/** An open hash table over the keys' bytes, at most half full. Of two entries with one key the last is found. */
function indexOf(bytes: Uint8Array, places: Uint32Array): EntryIndex {
  const count = places.length / WIDTH;
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 1)));
  let size = 0;
  for (let entry = 0; entry < count; entry++) {
    const at = entry * WIDTH;
    const slot = slotOf(bytes, places[at] as number, places[at + 1] as number);
    const before = slots[slot] as number;
    if (before === 0) {
      slots[slot] = entry + 1;
      size++;
    } else places.copyWithin((before - 1) * WIDTH + 2, at + 2, at + WIDTH);
  }

  /** The slot of a key: the one that has it, or the free one where it would be. */
  function slotOf(key: Uint8Array, keyAt: number, keyEnd: number): number {
    let hash = 0;
    let anyBit = 0;
    for (let i = keyAt; i < keyEnd; i++) {
      const byte = key[i] as number;
      hash = Math.imul(hash ^ byte, 0x01000193);
      anyBit |= byte;
    }
    if (anyBit > 127) keyText(key, keyAt, keyEnd);
    let slot = (hash ^ (hash >>> 15)) & (slots.length - 1);
    for (let entry = slots[slot] as number; entry !== 0 && !hasKey(entry - 1, key, keyAt, keyEnd); ) {
      slot = (slot + 1) & (slots.length - 1);
      entry = slots[slot] as number;
    }
    return slot;
  }

  function hasKey(entry: number, key: Uint8Array, keyAt: number, keyEnd: number): boolean {
    const at = places[entry * WIDTH] as number;
    if ((places[entry * WIDTH + 1] as number) - at !== keyEnd - keyAt) return false;
    for (let i = keyAt; i < keyEnd; i++) {
      if (key[i] !== bytes[at + i - keyAt]) return false;
    }
    return true;
  }

  /** The entry of a key, counted from 1; 0 for none. */
  function find(key: string): number {
    const keyBytes = utf8Of(key);
    return slots[slotOf(keyBytes, 0, keyBytes.length)] as number;
  }

  return {
    size,
    has: (key) => find(key) > 0,
    get(key) {
      const entry = find(key);
      if (entry === 0) return undefined;
      const at = (entry - 1) * WIDTH;
      return bytes.subarray(places[at + 2] as number, places[at + 3] as number);
    },
    *keys() {
      const isFirst = new Set(slots);
      for (let entry = 0; entry < count; entry++) {
        const at = entry * WIDTH;
        if (isFirst.has(entry + 1)) yield keyText(bytes, places[at] as number, places[at + 1] as number);
      }
    },
  };
}
