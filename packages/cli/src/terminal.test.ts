/** Colours and progress: for people at a terminal, and for nobody else. @module */
import { describe, expect, test } from "vitest";
import { createTerminal } from "./terminal.js";

const terminalOf = (isTTY: boolean, env: Readonly<Record<string, string>>) => {
  const written: [stream: string, text: string][] = [];
  const stream = (name: string) => ({ isTTY, write: (text: string) => written.push([name, text]) });
  const surroundings = { stdout: stream("out"), stderr: stream("err"), env, onInterrupt: () => () => undefined };
  return { terminal: createTerminal(surroundings), written };
};

describe("colours", () => {
  test.each([
    { isTTY: true, env: {}, isColoured: true },
    { isTTY: true, env: { NO_COLOR: "" }, isColoured: true },
    { isTTY: true, env: { NO_COLOR: "1" }, isColoured: false },
    { isTTY: true, env: { TERM: "dumb" }, isColoured: false },
    { isTTY: false, env: {}, isColoured: false },
    { isTTY: false, env: { FORCE_COLOR: "1" }, isColoured: false },
  ])("on a terminal $isTTY, with $env: $isColoured", ({ isTTY, env, isColoured }) => {
    const { colors, noteColors } = terminalOf(isTTY, env).terminal;
    expect([colors.red("x") !== "x", noteColors.bold("x") !== "x"]).toEqual([isColoured, isColoured]);
  });
});

describe("progress", () => {
  test("is a line on standard error that the next one replaces, and that is gone before anything else is said", () => {
    const { terminal, written } = terminalOf(true, {});
    terminal.progress("one");
    terminal.progress("two");
    terminal.print("done");
    terminal.note("by the way");
    expect(written).toEqual([
      ["err", "\r\u001b[Kone"],
      ["err", "\r\u001b[Ktwo"],
      ["err", "\r\u001b[K"],
      ["out", "done\n"],
      ["err", "by the way\n"],
    ]);
  });

  test.each([
    { isTTY: false, env: {} },
    { isTTY: true, env: { TERM: "dumb" } },
  ])("is nothing where nobody looks, or lines cannot be taken back: $isTTY, $env", ({ isTTY, env }) => {
    const { terminal, written } = terminalOf(isTTY, env);
    terminal.progress("one");
    terminal.json({ ok: true });
    expect(written).toEqual([["out", '{"ok":true}\n']]);
  });
});
