/** The process in which the bytes that one contender allocates for each value are counted. @module */
import { answerRequests } from "./answer-requests.js";
import { ENTRIES } from "./contender-list.js";
import { createContexts } from "./contexts.js";
import { readDelivery } from "./delivery-folder.js";
import { median } from "./median.js";
import { operationsOf } from "./timed-run.js";
import { FLAG_SETS, WORKLOADS } from "./workload.js";

const [root = "", name = ""] = process.argv.slice(2);

/** Operations that are counted at once; what they allocate must fit the young generation, so that none is collected. */
const OPERATIONS = 5_000;
const ROUNDS = 15;
/** Rounds before that: until code is optimised it allocates numbers that later live in registers. */
const WARM_UP_ROUNDS = 100;

/** Bytes of heap that one operation of a workload allocates; the median of some rounds. */
async function allocatedBytes(workloadName: string): Promise<number> {
  const entry = ENTRIES.find((candidate) => candidate.name === name);
  const workload = WORKLOADS.find((candidate) => candidate.name === workloadName);
  if (entry === undefined || workload === undefined) throw new Error(`there is no ${name} or no ${workloadName}`);
  const contender = await entry.load();
  const session = await contender.open(readDelivery(root, name, workload.flagSet));
  const flags = FLAG_SETS[workload.flagSet]();
  const run = operationsOf(workload, session, flags, createContexts(), contender.isAsync ?? false);
  for (let i = 0; i < WARM_UP_ROUNDS; i++) {
    if (i % 10 === 0) globalThis.gc?.();
    await run(OPERATIONS);
  }
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    await run(OPERATIONS);
    rounds.push((process.memoryUsage().heapUsed - before) / OPERATIONS);
  }
  return median(rounds);
}

answerRequests<string>(allocatedBytes);
