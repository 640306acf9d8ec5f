/**
 * A service that is made to be killed: reads a flag for one unit after another, and writes down each one whose read has
 * returned. Arguments: endpoint, root as base64, ledger, journal (or "-" for none), and what to do after how many reads.
 * @module
 */
import { openSync, writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { createFlagClient, fileJournal } from "../index.js";

const [endpoint = "", root = "", ledger = "", journal = "-", end = "go on", reads = "Infinity"] = process.argv.slice(2);
const written = openSync(ledger, "a");
const flags = createFlagClient({
  ...{ endpoint, clientKey: "secret", trust: { root, audience: "api.test" }, logger: null },
  exposures: { flushIntervalMs: 100, ...(journal !== "-" && { outbox: fileJournal(journal) }) },
});
await flags.ready();
process.stdout.write("reading\n");
const most = Number(reads);
for (let read = 0; read < most; read++) {
  const unit = `${process.pid}-${read}`;
  flags.getBooleanValue("checkout.enabled", false, { targetingKey: unit });
  writeSync(written, `${unit}\n`);
  if (read % 50 === 49) await wait(1);
}
if (end === "exit") process.exit();
if (end === "flush") await flags.flush();
process.stdout.write("done\n");
setInterval(() => {}, 1_000);
