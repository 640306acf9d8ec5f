/** The kill harness itself. @module */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { startProgram } from "./start-program.js";

const here = fileURLToPath(new URL("..", import.meta.url));
const forever = "setInterval(() => {}, 1_000);";

describe("startProgram", { timeout: 30_000 }, () => {
  test("hears lines, those of before the question too, and how it ended", async () => {
    const child = startProgram('console.log("one"); console.error("two 2"); process.exitCode = 3;', here);
    expect(await child.line("two")).toBe("two 2");
    expect(await child.ended).toEqual({ code: 3, signal: null });
    expect(await child.line("one")).toBe("one");
    expect([...child.lines].sort()).toEqual(["one", "two 2"]);
  });

  test("kills, and keeps what was said before; what was half said is not kept", async () => {
    const child = startProgram(`console.log("ready"); process.stdout.write("half"); ${forever}`, here);
    await child.line("ready");
    expect(await child.kill()).toEqual({ code: null, signal: "SIGKILL" });
    expect(child.lines).toEqual(["ready"]);
  });

  test("runs on the sources of the workspace, and says what went wrong", async () => {
    const child = startProgram('import { openBundle } from "@aplomb/core"; openBundle(new Uint8Array());', here);
    await expect(child.line("never")).rejects.toThrow(/READER/);
  });

  test("an unhandled rejection ends it", async () => {
    const child = startProgram(`Promise.reject(new Error("nobody")); ${forever}`, here);
    expect((await child.ended).code).toBe(1);
  });
});
