/** A service that is made to be killed: it writes down each unit whose read has returned, as its arguments say. @module */
import { openSync, writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { createFlagClient, fileJournal } from "../index.js";

// What to do at the end, after how many reads; a journal of "-" is none.
const [endpoint = "", root = "", ledger = "", journal = "-", end = "go on", reads = "Infinity"] = process.argv.slice(2);
const awaited: Promise<unknown>[] = [];
const written = openSync(ledger, "a");
const flags = createFlagClient({
  ...{ endpoint, clientKey: "secret", trust: { root, audience: "api.test" }, logger: null },
  exposures: {
    flushIntervalMs: 100,
    ...(journal !== "-" && { outbox: fileJournal(journal) }),
    ...(end === "wait" && { waitUntil: (work) => void awaited.push(work) }),
  },
});
// Of forty that start at once, some wait long; without a bundle there would be nothing to expose.
await flags.ready({ timeoutMs: 120_000 });
process.stdout.write("reading\n");
const most = Number(reads);
for (let read = 0; read < most; read++) {
  const unit = `${process.pid}-${read}`;
  flags.getBooleanValue("checkout.enabled", false, { targetingKey: unit });
  writeSync(written, `${unit}\n`);
  if (read % 50 === 49) await wait(1);
}
if (end === "exit") process.exit();
// As a platform does for what it is told to wait for.
const alive = setInterval(() => {}, 1_000);
await Promise.all(awaited);
clearInterval(alive);
process.stdout.write("done\n");
setInterval(() => {}, 1_000);
