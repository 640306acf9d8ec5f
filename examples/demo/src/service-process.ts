/** Starts the service as a process of its own, and talks to it. @module */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DeliveryCounts } from "@aplomb/node";
import type { Outcome } from "./outcome.js";
import type { ServiceCommand, ServiceReport, ServiceSettings, ServiceTally } from "./service-messages.js";

const SCRIPT = fileURLToPath(new URL("./service.ts", import.meta.url));

/** A service that does not stop in this time is killed. */
const STOP_TIMEOUT_MS = 8_000;

/** The running service. */
export interface ServiceProcess {
  /** Calls back with each report of a kind. The returned function ends that. */
  on<T extends ServiceReport["type"]>(type: T, listener: (report: ReportOf<T>) => void): () => void;
  /** Evaluates every flag for every shopper; exposes. */
  evaluateAll(): Promise<readonly Outcome[]>;
  flush(): Promise<DeliveryCounts>;
  /** Settles when the process is gone, for whatever reason: its exit code, or the signal that ended it. */
  readonly ended: Promise<string>;
  /** Lets it send what it has, then ends it. */
  stop(): Promise<void>;
}

type ReportOf<T extends ServiceReport["type"]> = Extract<ServiceReport, { readonly type: T }>;

/**
 * Starts the service and waits until it is ready.
 *
 * @throws Error when it ends before.
 */
export async function startService(
  settings: ServiceSettings,
): Promise<ServiceProcess & { readonly tally: ServiceTally }> {
  const child = fork(SCRIPT, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit").then(([code, signal]) => String(code ?? signal));
  const service = serviceOf(child, ended);
  const ready = service.next("ready");
  service.send({ type: "start", settings });
  const { tally } = await Promise.race([
    ready,
    ended.then((how): never => {
      throw new Error(`the service ended before it was ready (${how})`);
    }),
  ]);
  return { ...service, tally };
}

function serviceOf(child: ChildProcess, ended: Promise<string>) {
  const on: ServiceProcess["on"] = (type, listener) => {
    const onMessage = (report: ServiceReport) => {
      if (report.type === type) listener(report as ReportOf<typeof type>);
    };
    child.on("message", onMessage);
    return () => void child.off("message", onMessage);
  };
  const next = <T extends ServiceReport["type"]>(type: T): Promise<ReportOf<T>> =>
    new Promise((resolve) => {
      const end = on(type, (report) => {
        end();
        resolve(report);
      });
    });
  const send = (command: ServiceCommand): void => {
    if (child.connected) child.send(command, () => {});
  };
  const ask = <T extends ServiceReport["type"]>(command: ServiceCommand, type: T): Promise<ReportOf<T>> => {
    const answer = next(type);
    send(command);
    return answer;
  };
  return {
    ...{ on, next, send, ended },
    evaluateAll: async () => (await ask({ type: "evaluateAll" }, "outcomes")).outcomes,
    flush: async () => (await ask({ type: "flush" }, "flushed")).counts,
    async stop() {
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      send({ type: "stop" });
      await ended;
      clearTimeout(timer);
    },
  };
}
