/** Walks entries in the form in which every writer writes them: a key, then a body. @module */
import { type EntryPlaces, growPlaces, HASH_FACTOR, PLACE_WIDTH } from "./entry-index.js";

/** The first bytes of a flag entry and of a segment entry. */
const FLAG_TAG = 0x1a;
const SEGMENT_TAG = 0x22;
const KEY_TAG = 0x0a;
const BODY_TAG = 0x12;

/**
 * Adds flags and segments from a place on, as far as they are written in the usual form and have keys of ASCII.
 *
 * One loop without calls, which also hashes the keys: a bundle is opened before an engine has had time to optimise
 * anything, and calls are what costs then. With the general reader alone it takes three times as long.
 *
 * @returns The place of the first thing that is anything else; the general reader goes on there.
 */
export function scanEntries(
  bytes: Uint8Array,
  from: number,
  keyBytes: number,
  flags: EntryPlaces,
  segments: EntryPlaces,
): number {
  for (let start = from; ; ) {
    const tag = bytes[start];
    if (tag !== FLAG_TAG && tag !== SEGMENT_TAG) return start;
    let at = start + 1;
    let length = bytes[at++] as number;
    if (length > 127) {
      const byte = bytes[at++] as number;
      length = (length & 127) | (byte << 7);
      if (byte > 127 || byte === 0) {
        const high = bytes[at++] as number;
        length = (length & 0x3fff) | (high << 14);
        if (byte === 0 || high > 127 || high === 0) return start;
      }
    }
    const end = at + length;
    const keyLength = bytes[at + 1] as number;
    if (end > bytes.length || bytes[at] !== KEY_TAG || keyLength > 127 || keyLength > keyBytes) return start;
    const keyAt = at + 2;
    const keyEnd = keyAt + keyLength;
    if (keyEnd >= end || bytes[keyEnd] !== BODY_TAG) return start;
    let hash = 0;
    let anyBit = 0;
    for (let i = keyAt; i < keyEnd; i++) {
      const byte = bytes[i] as number;
      hash = Math.imul(hash ^ byte, HASH_FACTOR);
      anyBit |= byte;
    }
    if (anyBit > 127) return start;
    at = keyEnd + 1;
    length = bytes[at++] as number;
    if (length > 127) {
      const byte = bytes[at++] as number;
      length = (length & 127) | (byte << 7);
      if (byte > 127 || byte === 0) {
        const high = bytes[at++] as number;
        length = (length & 0x3fff) | (high << 14);
        if (byte === 0 || high > 127 || high === 0) return start;
      }
    }
    if (at + length !== end) return start;
    const places = tag === FLAG_TAG ? flags : segments;
    if (places.used === places.numbers.length) growPlaces(places);
    const { numbers, used } = places;
    numbers[used] = keyAt;
    numbers[used + 1] = keyEnd;
    numbers[used + 2] = at;
    numbers[used + 3] = end;
    numbers[used + 4] = hash;
    places.used = used + PLACE_WIDTH;
    start = end;
  }
}
