/** What another command publishes is seen soon, whatever happened before. @module */
import type { ReloadReport } from "@aplomb/server";
import { createVirtualClock } from "@aplomb/testkit";
import { expect, test } from "vitest";
import { followPublication } from "./follow-publication.js";

test("looks every two seconds, tells only of news, survives a look that fails, and ends", async () => {
  const clock = createVirtualClock();
  const answers = [[], ["web.test"], undefined, ["api.test"]];
  let looks = 0;
  const told: ReloadReport[] = [];
  const reload = async (): Promise<ReloadReport> => {
    const changed = answers[looks++];
    if (changed === undefined) throw new Error("not now");
    return { changed, problems: [] };
  };
  const stop = followPublication(reload, clock, (report) => told.push(report));
  await clock.advance(1_999);
  expect(looks).toBe(0);
  for (let look = 1; look <= 4; look++) await clock.advance(2_000);
  expect(looks).toBe(4);
  expect(told.map(({ changed }) => changed)).toEqual([["web.test"], ["api.test"]]);
  await stop();
  expect(clock.pendingTimers).toBe(0);
});
