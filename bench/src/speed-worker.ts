/** The process in which one contender runs operations when it is its turn. @module */
import { answerRequests } from "./answer-requests.js";
import type { Contender, Session } from "./contender.js";
import { ENTRIES } from "./contender-list.js";
import { createContexts } from "./contexts.js";
import { readDelivery } from "./delivery-folder.js";
import { checkBooleanFlag, checkTextFlag } from "./self-check.js";
import { type Duration, perOperation, startStopwatch } from "./stopwatch.js";
import { operationsOf, type RunOperations } from "./timed-run.js";
import { FLAG_SETS, type FlagSetName, WORKLOADS } from "./workload.js";

/** What the process is asked for. */
export type SpeedRequest =
  /** Opens the deliveries and checks the answers; answers with the answers as a text. */
  | { readonly kind: "check" }
  /** Runs for some time, untimed; answers with how many operations take a batch's time. */
  | { readonly kind: "warm"; readonly workload: string; readonly warmMs: number; readonly batchMs: number }
  /** Runs a batch; answers with what one operation took, a {@link Duration}. */
  | { readonly kind: "batch"; readonly workload: string; readonly operations: number };

const [root = "", name = ""] = process.argv.slice(2);
const contexts = createContexts();
const entry = ENTRIES.find((candidate) => candidate.name === name);
const sessions = new Map<FlagSetName, Session<unknown>>();
const runs = new Map<string, RunOperations>();

async function open(contender: Contender, flagSet: FlagSetName): Promise<Session<unknown>> {
  const session = sessions.get(flagSet) ?? (await contender.open(readDelivery(root, name, flagSet)));
  sessions.set(flagSet, session);
  return session;
}

async function check(): Promise<string> {
  if (entry === undefined) throw new Error(`there is no contender "${name}"`);
  const contender = await entry.load();
  const booleans = await checkBooleanFlag(await open(contender, "w1"), "flag-0", contexts);
  const texts = await checkTextFlag(await open(contender, "w2"), "flag-0", contexts);
  const mixed = await open(contender, "mix-100");
  const inMix = [await checkBooleanFlag(mixed, "flag-98", contexts), await checkTextFlag(mixed, "flag-99", contexts)];
  for (const workload of WORKLOADS) {
    const session = await open(contender, workload.flagSet);
    const flags = FLAG_SETS[workload.flagSet]();
    runs.set(workload.name, operationsOf(workload, session, flags, contexts, contender.isAsync ?? false));
  }
  return [booleans, texts, ...inMix].join(" ");
}

function runOf(workload: string): RunOperations {
  const run = runs.get(workload);
  if (run === undefined) throw new Error(`there is no workload "${workload}"`);
  return run;
}

async function time(run: RunOperations, operations: number): Promise<Duration> {
  const read = startStopwatch();
  await run(operations);
  return perOperation(read(), operations);
}

async function warm(run: RunOperations, warmMs: number, batchMs: number): Promise<number> {
  let operations = 1;
  let spentMs = 0;
  let operationNs = 0;
  while (spentMs < warmMs) {
    operationNs = Math.max(1, (await time(run, operations)).ns);
    spentMs += (operationNs * operations) / 1e6;
    operations = Math.max(1, Math.min(operations * 4, Math.ceil((batchMs * 1e6) / operationNs)));
  }
  return Math.max(1, Math.ceil((batchMs * 1e6) / operationNs));
}

answerRequests<SpeedRequest>(async (request) => {
  if (request.kind === "check") return check();
  const run = runOf(request.workload);
  if (request.kind === "warm") return warm(run, request.warmMs, request.batchMs);
  return time(run, request.operations);
});
