/** Tests of ending what was started. @module */
import { expect, test } from "vitest";
import { createCloser } from "./closer.js";

test("ends the last first, goes on after a failure, and ends nothing twice", async () => {
  const ended: string[] = [];
  const closer = createCloser();
  closer.add("database", () => ended.push("database"));
  closer.add("server", () => Promise.reject(new Error("stuck")));
  closer.add("browser", () => ended.push("browser"));
  const [failures] = await Promise.all([closer.close(), closer.close()]);
  expect(ended).toEqual(["browser", "database"]);
  expect(failures).toEqual(["server: stuck"]);
});

test("ends at once what is added too late", async () => {
  const closer = createCloser();
  await closer.close();
  const ended: string[] = [];
  closer.add("late", () => ended.push("late"));
  await closer.close();
  expect(ended).toEqual(["late"]);
});
