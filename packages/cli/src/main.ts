#!/usr/bin/env node
/** The entry point of the aplomb command. @module */
import process from "node:process";
import { runCommandLine } from "./command-line.js";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The first signal asks; the second does not wait. */
function onInterrupt(listener: () => void): () => void {
  const handle = (): void => {
    for (const signal of signals) process.removeListener(signal, handle);
    listener();
  };
  for (const signal of signals) process.on(signal, handle);
  return () => {
    for (const signal of signals) process.removeListener(signal, handle);
  };
}

const { stdout, stderr, env } = process;
// Whoever reads the output may stop reading (`aplomb serve | head`); that is no reason to stop.
for (const stream of [stdout, stderr]) stream.on("error", () => undefined);
process.exitCode = await runCommandLine(process.argv.slice(2), { stdout, stderr, env, onInterrupt });
