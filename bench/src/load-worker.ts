/** The process in which one contender is loaded once: how long until it answers, and what it keeps in memory. @module */
import { answerRequests } from "./answer-requests.js";
import type { Session } from "./contender.js";
import { ENTRIES } from "./contender-list.js";
import { createContexts } from "./contexts.js";
import { readDelivery } from "./delivery-folder.js";
import { type Duration, startStopwatch } from "./stopwatch.js";
import { FLAG_SETS, type FlagSetName } from "./workload.js";

/** What loading took. */
export interface LoadCost {
  readonly deliveryBytes: number;
  /** From bytes in memory until the first value. */
  readonly ready: Duration;
  /** Memory held after that and a garbage collection, the delivery's bytes included if they are kept. */
  readonly readyBytes: number;
  /** Reading every flag once, the first time. */
  readonly useAll: Duration;
  /** Memory held after that. */
  readonly usedBytes: number;
}

const [root = "", name = ""] = process.argv.slice(2);

/** What was opened; held here, so that it is in memory when memory is measured. */
const held: Session<unknown>[] = [];

/** Bytes of the heap, and of buffers outside it. */
function heldBytes(): number {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function load(flagSet: FlagSetName): Promise<LoadCost> {
  const entry = ENTRIES.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new Error(`there is no contender "${name}"`);
  const contender = await entry.load();
  const flags = FLAG_SETS[flagSet]();
  const [context] = createContexts();
  const [first] = flags;
  if (context === undefined || first === undefined) throw new Error("there is nothing to read");
  const before = heldBytes();

  let delivery: ReturnType<typeof readDelivery> | undefined = readDelivery(root, name, flagSet);
  const { sizeBytes } = delivery;
  const readReady = startStopwatch();
  const session = await contender.open(delivery);
  const native = session.contextOf(context);
  await session.isOn(first.key, native);
  const ready = readReady();
  held.push(session);
  delivery = undefined;
  const readyBytes = heldBytes() - before;

  const readUseAll = startStopwatch();
  for (const { key, type } of flags) {
    if (type === "boolean") await session.isOn(key, native);
    else if ((await session.textOf(key, native)) === "none") throw new Error(`${name} does not match ${key}`);
  }
  const useAll = readUseAll();
  return { deliveryBytes: sizeBytes, ready, readyBytes, useAll, usedBytes: heldBytes() - before };
}

answerRequests<FlagSetName>(load);
