/** Entries in real IndexedDB: each page has its own, and takes over those of pages that are gone, once. @module */
import type { EntryStore, StoredEntry } from "@aplomb/client/outbox";
import { createStore, entries, set } from "idb-keyval";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pageClock } from "../page-clock.js";
import { shiftedClock } from "../testing/shifted-clock.js";
import { createIndexedDbEntries } from "./indexed-db-entries.js";

const database = createStore("aplomb-exposures", "batches");
/** A name of its own for each test: the database is one. */
let name = "";
let open: EntryStore[] = [];
beforeEach(() => {
  name = crypto.randomUUID();
});
afterEach(() => {
  vi.unstubAllGlobals();
  for (const store of open) store.close();
  open = [];
});

function start(clock = pageClock, own = name): EntryStore {
  const store = createIndexedDbEntries({ name: own, maxBytes: 1_048_576, clock });
  open.push(store);
  return store;
}
const bytes = (...values: number[]) => Uint8Array.from(values);
const contents = async (found: readonly StoredEntry[]) =>
  Promise.all(found.map(async (entry) => [...(await entry.read())]));
const records = async () => (await entries(database)).filter(([key]) => String(key).includes(name));
/** Changes are written after half a second. */
const written = (count: number) => vi.waitUntil(async () => (await records()).length === count, 3_000);

describe("createIndexedDbEntries", () => {
  test("what a page left, the next one takes over in its order, and once", async () => {
    const first = start();
    const [one, two] = [first.create(bytes(1)), first.create(bytes(2))];
    expect(one?.append(bytes(10))).toBe(true);
    two?.seal();
    await written(2);
    first.close();
    const [second, third] = [start(), start()];
    const taken: StoredEntry[] = [];
    // A lock that was let go may be held for a moment still.
    await vi.waitUntil(async () => {
      for (const found of await Promise.all([second.takeOver(), third.takeOver()])) taken.push(...found);
      return taken.length > 0;
    });
    expect((await contents(taken)).sort()).toEqual([[1, 10], [2]]);
    expect(await second.takeOver()).toEqual([]);
    expect(await third.takeOver()).toEqual([]);
    for (const entry of taken) entry.remove();
    await written(0);
  });

  test("a page that is there keeps what it has; so does one of another name", async () => {
    const first = start();
    first.create(bytes(1))?.seal();
    await written(1);
    expect(await start().takeOver()).toEqual([]);
    first.close();
    expect(await start(pageClock, "another").takeOver()).toEqual([]);
    await vi.waitUntil(async () => (await start().takeOver()).length === 1);
  });

  test.each<[string, unknown]>([
    ["text", "noise"],
    ["null", null],
    ["a record of another shape", { page: 1, begunAtMs: "x", bytes: [1] }],
    ["bytes", new Uint8Array(100)],
    [
      "an entry beyond what there is room for",
      { page: "gone", begunAtMs: 0, grownAtMs: 0, bytes: new Uint8Array(4 << 20) },
    ],
  ])("A-11 %s in the database is passed over", async (_, noise) => {
    await set(JSON.stringify([name, "gone", 0]), noise, database);
    await set(7, noise, database);
    const good = { page: "gone", begunAtMs: 1, grownAtMs: 1, bytes: bytes(5) };
    await set(JSON.stringify([name, "gone", 1]), good, database);
    expect(await contents(await start().takeOver())).toEqual([[5]]);
  });

  test("clear deletes what is kept under its name, of pages that are gone, too, and nothing else", async () => {
    const other = JSON.stringify([`${name}-other`, "gone", 0]);
    const left = { page: "gone", begunAtMs: 1, grownAtMs: 1, bytes: bytes(5) };
    await set(other, left, database);
    await set(JSON.stringify([name, "gone", 0]), left, database);
    const store = start();
    store.create(bytes(1))?.seal();
    store.create(bytes(2));
    store.clear();
    await vi.waitUntil(async () => (await records()).length === 1);
    expect((await records()).map(([key]) => key)).toEqual([other]);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await records()).toHaveLength(1);
  });

  test("a page that comes back from the cache adds nothing to what may be taken, and is there again", async () => {
    const first = start();
    const entry = first.create(bytes(1));
    entry?.seal();
    await written(1);
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    expect(entry?.append(bytes(2))).toBe(false);
    expect(first.create(bytes(3))?.append(bytes(4))).toBe(true);
    await written(2);
    expect(await start().takeOver()).toEqual([]);
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    const taken = await vi.waitUntil(async () => {
      const found = await start().takeOver();
      return found.length > 0 && found;
    });
    expect(await contents(taken)).toEqual([[1], [3, 4]]);
  });

  test("without locks a page counts as gone after a minute of silence, and adds nothing to what may be taken", async () => {
    vi.stubGlobal("navigator", {});
    const { clock, jump } = shiftedClock();
    const [first, second] = [start(clock), start(clock)];
    const entry = first.create(bytes(1));
    entry?.seal();
    await written(1);
    expect(await second.takeOver()).toEqual([]);
    jump(40_000);
    expect(entry?.append(bytes(2))).toBe(false);
    expect(await second.takeOver()).toEqual([]);
    jump(30_000);
    expect(await contents(await second.takeOver())).toEqual([[1]]);
  });
});

/** A database whose writes fail while there is a reason. */
function failingWrites(): { reason: DOMException | undefined } {
  const failing: { reason: DOMException | undefined } = { reason: undefined };
  const put = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...given) {
    if (failing.reason) throw failing.reason;
    return put.apply(this, given);
  });
  return failing;
}

describe("A-12 without a database that takes anything", () => {
  afterEach(() => void vi.restoreAllMocks());

  test.each<[string, unknown]>([
    ["none at all", undefined],
    ["one that cannot be opened", { open: () => fail(new Error("no")) }],
    ["one that is denied", { open: () => fail(new DOMException("denied", "SecurityError")) }],
  ])("%s: memory, and nothing is thrown", async (_, indexedDB) => {
    vi.stubGlobal("indexedDB", indexedDB);
    const store = start();
    expect(await store.takeOver()).toEqual([]);
    expect(store.create(bytes(1))).toBeUndefined();
    store.clear();
  });

  test("E-07 a full one: what was kept is in memory, more is not taken; a minute later everything is written", async () => {
    const failing = failingWrites();
    const { clock, jump } = shiftedClock();
    const store = start(clock);
    failing.reason = new DOMException("full", "QuotaExceededError");
    const entry = store.create(bytes(1));
    entry?.seal();
    await vi.waitUntil(() => store.create(bytes(2)) === undefined);
    expect(entry?.append(bytes(3))).toBe(false);
    expect(await entry?.read()).toEqual(bytes(1));
    failing.reason = undefined;
    jump(61_000);
    expect(entry?.append(bytes(3))).toBe(true);
    entry?.seal();
    await vi.waitUntil(async () => (await records()).length > 0);
    const stored = (await records()).map(([, record]) => [...record.bytes]);
    expect(stored).toContainEqual([1, 3]);
  });
});

function fail(error: unknown): never {
  throw error;
}
