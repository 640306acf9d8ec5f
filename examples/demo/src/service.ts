/** The demo's Node service, a process of its own: evaluates flags for one simulated shopper after the other. @module */
import { createFlagClient, type FlagClient, fileStore } from "@aplomb/node";
import { CHECKOUT_DEFAULT, demoFlags } from "./demo-flags.js";
import { type Outcome, outcomeOf } from "./outcome.js";
import { readFlag } from "./read-flag.js";
import type { ServiceCommand, ServiceReport, ServiceSettings, ServiceTally } from "./service-messages.js";
import { contextOf, type Shopper, shopperOf, shoppersOf } from "./shoppers.js";

const TALLY_INTERVAL_MS = 1_000;

function report(message: ServiceReport): void {
  process.send?.(message);
}

/** Runs until it is told to stop, or until whoever started it is gone. */
async function run(settings: ServiceSettings): Promise<void> {
  const { connection, storeDirectory } = settings;
  const flags = createFlagClient({
    endpoint: connection.endpoint,
    clientKey: connection.clientKey,
    trust: { root: connection.rootEnvelope, audience: connection.audience },
    store: fileStore(storeDirectory),
    refresh: { stream: true },
  });
  const counter = createCounter(flags);
  flags.on("configurationChanged", ({ bundleVersion }) => {
    counter.reset();
    const { button } = flags.peekValue("checkout", CHECKOUT_DEFAULT, contextOf(shopperOf(1)));
    report({ type: "changed", bundleVersion, button, atMs: Date.now() });
  });
  await flags.ready();
  report({ type: "ready", tally: counter.tally() });

  let visitors = 0;
  const visits = setInterval(() => {
    visitors += 1;
    counter.count(evaluateFor(flags, shopperOf(1 + (visitors % settings.shoppers)), connection.audience));
  }, 1_000 / settings.shoppersPerSecond);
  const tallies = setInterval(() => report({ type: "tally", tally: counter.tally() }), TALLY_INTERVAL_MS);

  const stop = async (): Promise<void> => {
    clearInterval(visits);
    clearInterval(tallies);
    await flags.close();
    if (process.connected) process.disconnect();
  };
  process.on("message", (command: ServiceCommand) => {
    if (command.type === "stop") void stop();
    if (command.type === "flush") void flags.flush().then((counts) => report({ type: "flushed", counts }));
    if (command.type === "evaluateAll") {
      const shoppers = shoppersOf(settings.shoppers);
      const outcomes = shoppers.flatMap((shopper) => evaluateFor(flags, shopper, connection.audience));
      report({ type: "outcomes", outcomes });
    }
  });
  process.once("disconnect", () => void stop());
}

/** Every flag of the demo for one shopper, exposed. */
function evaluateFor(flags: FlagClient, shopper: Shopper, audience: string): readonly Outcome[] {
  const context = contextOf(shopper);
  return [...demoFlags].map(([key, initial]) =>
    outcomeOf(readFlag(flags, key, initial, context), { shopper: shopper.id, audience, atMs: Date.now() }),
  );
}

function createCounter(flags: FlagClient) {
  let evaluations = 0;
  let checkouts: Record<string, number> = {};
  return {
    reset(): void {
      evaluations = 0;
      checkouts = {};
    },
    count(outcomes: readonly Outcome[]): void {
      evaluations += outcomes.length;
      const variant = outcomes.find(({ flag }) => flag === "checkout")?.variant ?? "none";
      checkouts[variant] = (checkouts[variant] ?? 0) + 1;
    },
    tally: (): ServiceTally => ({
      bundleVersion: flags.status.bundleVersion,
      state: flags.status.state,
      evaluations,
      checkouts,
    }),
  };
}

// Ctrl-C reaches every process of the terminal: this one ends when it is told to, so that nothing is lost.
process.on("SIGINT", () => {});
process.once("message", (command: ServiceCommand) => {
  if (command.type === "start") void run(command.settings);
});
