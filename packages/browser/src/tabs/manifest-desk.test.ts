/** One answer for many tabs: as new as they ask for, and never twice to a tab that could not use it. @module */
import { type ManifestAnswer, RequestError } from "@aplomb/client";
import { createVirtualClock } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { createManifestDesk } from "./manifest-desk.js";

const MAX_AGE_MS = 60_000;
const { signal } = new AbortController();

/** A desk before a source that answers what a test tells it to. */
function desk(...answers: (ManifestAnswer | undefined | Error)[]) {
  const clock = createVirtualClock(0);
  const asked: (string | undefined)[] = [];
  const { manifestFor, forget } = createManifestDesk(
    {
      async fetchManifest(validator) {
        const answer = answers[asked.push(validator) - 1];
        if (answer instanceof Error) throw answer;
        return answer;
      },
      fetchBundle: () => Promise.reject(new Error("not asked")),
    },
    clock,
  );
  const ask = (tab: string, validator?: string) => manifestFor(tab, validator, MAX_AGE_MS, signal);
  return { ask, asked, clock, forget };
}

const answer = (version: number): ManifestAnswer => ({ envelope: Uint8Array.of(version), validator: `"${version}"` });

describe("createManifestDesk", () => {
  test("many tabs, one request", async () => {
    const { ask, asked } = desk(answer(1));
    expect(await Promise.all(["a", "b", "c"].map((tab) => ask(tab)))).toEqual([answer(1), answer(1), answer(1)]);
    expect(await ask("d", '"1"')).toBeUndefined();
    expect(asked).toEqual([undefined]);
  });

  test("an answer that is too old is asked for again, with the asker's validator", async () => {
    const { ask, asked, clock } = desk(answer(1), undefined, answer(2));
    await ask("a");
    await clock.advance(MAX_AGE_MS + 1);
    expect(await ask("a", '"1"')).toBeUndefined();
    expect(await ask("b", '"1"')).toBeUndefined();
    await clock.advance(MAX_AGE_MS + 1);
    expect(await ask("b", '"1"')).toEqual(answer(2));
    expect(asked).toEqual([undefined, '"1"', '"1"']);
  });

  test("once something newer is announced the source is asked, however new the last answer is; then once for all", async () => {
    const { ask, asked, forget } = desk(answer(1), answer(2));
    await ask("a");
    expect(await ask("a", '"1"')).toBeUndefined();
    forget();
    expect(await Promise.all(["a", "b"].map((tab) => ask(tab, '"1"')))).toEqual([answer(2), answer(2)]);
    expect(asked).toEqual([undefined, '"1"']);
  });

  test("that something has not changed is an answer only to who has it", async () => {
    const { ask, asked } = desk(undefined, answer(2));
    expect(await ask("a", '"2"')).toBeUndefined();
    expect(await ask("b", '"1"')).toEqual(answer(2));
    expect(asked).toEqual(['"2"', '"1"']);
  });

  test("A-02 a tab that could not use an answer gets another, asked for without its validator", async () => {
    const { ask, asked } = desk(answer(7), answer(1));
    expect(await ask("a")).toEqual(answer(7));
    expect(await ask("a")).toEqual(answer(1));
    expect(asked).toEqual([undefined, undefined]);
  });

  test("a failure is everybody's until somebody asks again", async () => {
    const down = new RequestError("down", { status: 503 });
    const { ask, asked } = desk(down, answer(1));
    await expect(ask("a")).rejects.toBe(down);
    await expect(ask("b")).rejects.toBe(down);
    expect(await ask("a")).toEqual(answer(1));
    expect(asked).toHaveLength(2);
  });
});
