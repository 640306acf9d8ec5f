/** A child for the kill harness's own test: appends numbers to a file, rightly or wrongly. @module */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { openLedger } from "../kill/ledger.js";

const [file = "", habit = ""] = process.argv.slice(2);
const PER_LIFE = 1_000;
const HOLD_BACK = 5;

const ledger = openLedger();
ledger.ready();
if (ledger.isLast) {
  const stored = existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0;
  ledger.note(`stored ${stored}`);
} else {
  const unwritten: string[] = [];
  for (let at = 0; at < PER_LIFE; at++) {
    unwritten.push(`${ledger.life}-${at}\n`);
    if (habit !== "loses" || unwritten.length > HOLD_BACK) appendFileSync(file, unwritten.splice(0).join(""));
    if (habit === "doubles" && at === 0) appendFileSync(file, `${ledger.life}-${at}\n`);
    ledger.promise(`${ledger.life}-${at}`);
    if (habit === "crashes") throw new Error("by itself");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
