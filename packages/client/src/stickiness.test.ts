/** Sticky flags: looked up before they are read, stored once they are exposed, never guessed. @module */
import type { MaterializationRead, MaterializationRecord } from "@aplomb/core";
import { type FlagInit, type RuleInit, split, until } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { memoryStickyStore, type StickyStore } from "./sticky-store.js";
import { rolledOut, seal } from "./testing/sealed-bundles.js";
import { type StartedClient, startClient } from "./testing/start-client.js";

const variants = ["a", "b"].map((name) => ({ name, value: { name } }));

/** A sticky flag that gives everybody one variant, as long as nothing else is stored. */
function sticky(variant: string, materialization = "kept"): FlagInit {
  const rule: RuleInit = split("keeps", "everyone", { [variant]: 100 });
  const assignments = [
    ...(rule.split?.assignments ?? []),
    ...["a", "b"].map((name) => ({ id: `kept/${name}`, outcome: { case: "variant" as const, value: name } })),
  ];
  const whole = { ...rule, split: { bucketCount: 100, assignments } };
  return { variants, rules: [{ ...whole, materialization: { read: materialization, write: materialization } }] };
}

const givesA = await seal({ keep: sticky("a"), plain: rolledOut("on") }, { version: 1n });
const givesB = await seal({ keep: sticky("b"), plain: rolledOut("on") }, { version: 2n });
const asksElsewhere = await seal({ keep: sticky("b", "elsewhere"), plain: rolledOut("on") }, { version: 2n });

const user = { targetingKey: "user-1" };
const record = (variant: string): MaterializationRecord => ({
  ...{ unit: "user-1", materialization: "kept", rule: "keeps" },
  variant,
});

/** A store that remembers what it was asked. */
function watchedStore(): StickyStore & {
  readonly reads: MaterializationRead[][];
  readonly writes: MaterializationRecord[];
} {
  const store = memoryStickyStore();
  const reads: MaterializationRead[][] = [];
  const writes: MaterializationRecord[] = [];
  return {
    reads,
    writes,
    read(asked) {
      reads.push([...asked]);
      return store.read(asked);
    },
    write(records) {
      writes.push(...records);
      return store.write(records);
    },
  };
}

async function started(store: StickyStore | undefined, isPage = false, sealed = givesA): Promise<StartedClient> {
  const all = startClient({ ...(store && { stickyStore: store }) }, { preparesItself: isPage }, sealed);
  await all.client.ready();
  return all;
}

const nameOf = (reader: Pick<StartedClient["client"], "getStringValue">) => reader.getStringValue("keep.name", "none");

describe("prepare", () => {
  test("what was stored is what is given, whatever the rule gives now", async () => {
    const store = watchedStore();
    await store.write([record("b")]);
    const { client } = await started(store);
    expect(nameOf(await client.prepare(user))).toBe("b");
    expect(store.reads).toEqual([[{ unit: "user-1", materialization: "kept", rule: "keeps" }]]);
  });

  test("a unit without a record is given what the rule gives, and that is stored once it was exposed", async () => {
    const store = watchedStore();
    const { client } = await started(store);
    const scope = await client.prepare(user);
    expect([scope.peekValue("keep.name", "none"), store.writes]).toEqual(["a", []]);
    expect(nameOf(scope)).toBe("a");
    expect(nameOf(scope)).toBe("a");
    expect(store.writes).toEqual([record("a")]);
  });

  test("what was given stays, when the next bundle gives something else", async () => {
    const store = memoryStickyStore();
    const first = await started(store);
    nameOf(await first.client.prepare(user));
    const second = await started(store, false, givesB);
    expect(nameOf(await second.client.prepare(user))).toBe("a");
    expect(nameOf(await second.client.prepare({ targetingKey: "user-2" }))).toBe("b");
  });

  test.each([
    ["unprepared", undefined],
    ["in the scope of a request", { plan: "pro" }],
  ])("%s reads answer the default and PROVIDER_NOT_READY; flags that need nothing stored answer", async (_, own) => {
    const { client } = await started(memoryStickyStore());
    client.setContext(user);
    const reader = own ? client.withContext(own) : client;
    expect(reader.getStringDetails("keep.name", "none")).toMatchObject({
      ...{ value: "none", reason: "ERROR", errorCode: "PROVIDER_NOT_READY" },
    });
    expect(reader.getBooleanValue("plain.enabled", false)).toBe(true);
    expect([...reader.evaluateAll().values()].map(({ reason }) => reason)).toEqual(["ERROR", "STATIC"]);
  });

  test("without a store, sticky flags say that nothing can be looked up", async () => {
    const { client } = await started(undefined);
    const details = (await client.prepare(user)).getStringDetails("keep.name", "none");
    expect(details).toMatchObject({ value: "none", errorCode: "GENERAL" });
    expect(details.flagMetadata.resolutionReason).toBe("MATERIALIZATION_NOT_SUPPORTED");
  });

  test("a context of one call asks for units that were not looked up", async () => {
    const store = memoryStickyStore();
    await store.write([record("b")]);
    const { client } = await started(store);
    const scope = await client.prepare(user);
    expect(scope.getStringValue("keep.name", "none", { targetingKey: "user-2" })).toBe("none");
    expect(scope.getStringValue("keep.name", "none", { country: "SE" })).toBe("b");
  });

  test("only the flags that are named are looked up", async () => {
    const store = watchedStore();
    const { client } = await started(store);
    const scope = await client.prepare(user, { flags: ["plain"] });
    expect([store.reads, nameOf(scope), scope.getBooleanValue("plain.enabled", false)]).toEqual([[], "none", true]);
  });

  test("a bundle that asks for other records leaves a scope without them unanswered, not guessed", async () => {
    const { client, source, clock } = await started(memoryStickyStore());
    const scope = await client.prepare(user);
    source.publish(asksElsewhere);
    await clock.advance(60_000);
    await until(() => client.status.bundleVersion === 2);
    expect(scope.getStringDetails("keep.name", "none").errorCode).toBe("PROVIDER_NOT_READY");
  });

  test("waits for the first bundle", async () => {
    const { client, source, clock } = startClient({ stickyStore: memoryStickyStore() });
    const prepared = client.prepare(user);
    source.publish(givesA);
    await clock.advance(4_000);
    expect(nameOf(await prepared)).toBe("a");
  });

  test.each<[string, StickyStore["read"]]>([
    ["rejects", () => Promise.reject(new Error("down"))],
    [
      "throws",
      () => {
        throw new Error("down");
      },
    ],
    ["hangs", () => new Promise(() => {})],
  ])("a store that %s leaves sticky flags unanswered, and says so once", async (_, read) => {
    const lines: string[] = [];
    const logger = { warn: (line: string) => void lines.push(line) };
    const stickyStore = { read, write: async () => {} };
    const { client, clock } = startClient({ stickyStore, logger }, {}, givesA);
    await client.ready();
    const prepared = client.prepare(user, { timeoutMs: 300 });
    await clock.advance(300);
    expect(nameOf(await prepared)).toBe("none");
    expect(lines).toEqual([expect.stringMatching(/down|300 ms/)]);
  });

  test("a store that cannot write is said, and the value is given all the same", async () => {
    const lines: string[] = [];
    const logger = { warn: (line: string) => void lines.push(line) };
    const stickyStore = { read: async () => [], write: () => Promise.reject(new Error("disk full")) };
    const { client } = startClient({ stickyStore, logger }, {}, givesA);
    await client.ready();
    expect(nameOf(await client.prepare(user))).toBe("a");
    await until(() => lines.length === 1);
    expect(lines).toEqual([expect.stringContaining("disk full")]);
  });

  test("a context that cannot be read is answered, not thrown", async () => {
    const { client } = await started(memoryStickyStore());
    const hostile = {
      get targetingKey(): string {
        throw new Error("trap");
      },
    };
    expect(nameOf(await client.prepare(hostile))).toBe("none");
  });
});

describe("in pages", () => {
  test("the client looks up by itself, before it is ready and whenever its context changes", async () => {
    const store = watchedStore();
    await store.write([record("b")]);
    const { client } = startClient({ stickyStore: store, context: user }, { preparesItself: true }, givesA);
    await client.ready();
    expect(nameOf(client)).toBe("b");

    const before = client.getVersion();
    client.setContext({ targetingKey: "user-2" });
    expect([nameOf(client), client.getVersion()]).toEqual(["none", before + 1]);
    await until(() => client.getVersion() === before + 2);
    expect(nameOf(client)).toBe("a");
    expect(store.writes.at(-1)).toMatchObject({ unit: "user-2", variant: "a" });
  });

  test("the last of several contexts is the one that counts", async () => {
    const answers: (() => void)[] = [];
    const slow = memoryStickyStore();
    await slow.write([record("b")]);
    const store: StickyStore = {
      read: async (reads) => {
        const found = slow.read(reads);
        await new Promise<void>((resolve) => answers.push(resolve));
        return found;
      },
      write: slow.write,
    };
    const { client } = startClient(
      { stickyStore: store, context: { targetingKey: "first" } },
      { preparesItself: true },
      givesA,
    );
    await until(() => answers.length === 1);
    client.setContext(user);
    answers[1]?.();
    answers[0]?.();
    await until(() => nameOf(client) === "b");
    expect(client.context).toEqual(user);
  });

  test("a new bundle is prepared for; a store that failed is asked again", async () => {
    let isDown = true;
    const store = memoryStickyStore();
    const failing: StickyStore = {
      read: (reads) => (isDown ? Promise.reject(new Error("down")) : store.read(reads)),
      write: store.write,
    };
    const { client, clock, source } = startClient(
      { stickyStore: failing, context: user },
      { preparesItself: true },
      givesA,
    );
    await client.ready();
    expect(nameOf(client)).toBe("none");
    isDown = false;
    await clock.advance(10_000);
    await until(() => nameOf(client) === "a");
    source.publish(asksElsewhere);
    await clock.advance(60_000);
    await until(() => client.status.bundleVersion === 2 && nameOf(client) === "b");
    await client.close();
    expect(nameOf(client)).toBe("b");
  });
});

describe("memoryStickyStore", () => {
  test("the first record wins, and a read without a rule finds the unit under any", async () => {
    const store = memoryStickyStore();
    await store.write([record("a"), record("b")]);
    const { unit, materialization } = record("a");
    expect(await store.read([record("")])).toEqual([record("a")]);
    expect(await store.read([{ unit, materialization, rule: "" }])).toEqual([record("a")]);
    expect(await store.read([{ unit, materialization, rule: "other" }])).toEqual([]);
  });

  test("forgets the oldest beyond its bound", async () => {
    const store = memoryStickyStore(2);
    const of = (unit: string) => ({ ...record("a"), unit });
    await store.write([of("1"), of("2"), of("3")]);
    expect((await store.read([of("1"), of("2"), of("3")])).map(({ unit }) => unit)).toEqual(["2", "3"]);
  });
});
