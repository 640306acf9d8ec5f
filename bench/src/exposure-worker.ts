/** The process in which exposures are made: new ones and repeated ones, against reads that expose nothing. @module */
import { answerRequests } from "./answer-requests.js";
import { openClient } from "./contenders/aplomb-client.js";
import { type BenchContext, CONTEXT_COUNT, createContexts } from "./contexts.js";
import { readDelivery } from "./delivery-folder.js";
import { COUNTRIES } from "./logical-flag.js";
import { startStopwatch } from "./stopwatch.js";

/** What exposing costs beyond the read itself, for each exposure. */
export interface ExposureCost {
  /** A unit that was never exposed: told apart, queued, given its id, sealed into a batch and acknowledged. */
  readonly distinctNs: number;
  /** A unit that was exposed before. */
  readonly repeatedNs: number;
  /** Memory held after all of them and a garbage collection. */
  readonly heldBytes: number;
  /** Records that reached the sink. */
  readonly delivered: number;
}

const [root = ""] = process.argv.slice(2);

/** Exposures between two flushes: fewer than the queue holds. */
const CHUNK = 5_000;

type Client = Awaited<ReturnType<typeof openClient>>;

function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function time(work: () => Promise<void>): Promise<number> {
  const read = startStopwatch();
  await work();
  return read().ns;
}

/** Reads on units that nobody has seen; every one is in a targeted country, so that every read is a match. */
async function readDistinct(client: Client, base: BenchContext, from: number, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const targetingKey = `unit-${from + i}`;
    client.getBooleanValue("flag-0", false, { ...base, targetingKey });
    if (i % CHUNK === CHUNK - 1) await client.flush();
  }
}

async function readRepeated(client: Client, contexts: readonly BenchContext[], count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    client.getBooleanValue("flag-0", false, contexts[i % CONTEXT_COUNT]);
  }
}

async function exposureCost(count: number): Promise<ExposureCost> {
  const contexts = createContexts().map((context) => ({ ...context, country: COUNTRIES[0] ?? "" }));
  const [base] = contexts;
  if (base === undefined) throw new Error("there are no contexts");
  const delivery = readDelivery(root, "aplomb", "w1");
  const silent = await openClient(delivery, { mode: "manual" });
  let settled = 0;
  const exposing = await openClient(
    delivery,
    { mode: "auto" },
    {
      onDelivery: ({ acked }) => {
        settled = acked;
      },
    },
  );
  for (const client of [silent, exposing]) {
    await readDistinct(client, base, -2 * CHUNK, 2 * CHUNK);
    await readRepeated(client, contexts, 50_000);
  }
  const before = heldBytes();
  const silentNs = await time(() => readDistinct(silent, base, 0, count));
  const distinctNs = (await time(() => readDistinct(exposing, base, 0, count))) - silentNs;
  await readRepeated(exposing, contexts, CONTEXT_COUNT);
  await exposing.flush();
  const silentRepeatNs = await time(() => readRepeated(silent, contexts, count));
  const repeatedNs = (await time(() => readRepeated(exposing, contexts, count))) - silentRepeatNs;
  const held = heldBytes() - before;
  return { distinctNs: distinctNs / count, repeatedNs: repeatedNs / count, heldBytes: held, delivered: settled };
}

answerRequests<number>(exposureCost);
