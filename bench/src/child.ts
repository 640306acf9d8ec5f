/** A child process that answers requests, one at a time. @module */
import { fork } from "node:child_process";

/** A running child. */
export interface Child {
  /**
   * Sends a request and waits for the answer.
   *
   * @throws Error when the child says that something failed, or ends.
   */
  ask<Answer>(request: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

/** What a child answers with. */
export type ChildAnswer = { readonly answer: unknown } | { readonly failure: string };

/** Starts a child. What it prints goes to this process's error stream. */
export function startChild(script: string, args: readonly string[], nodeFlags: readonly string[] = []): Child {
  const child = fork(script, args, { execArgv: ["--no-warnings", ...nodeFlags], stdio: ["ignore", 2, 2, "ipc"] });
  const what = args.join(" ");
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    ask<Answer>(request: unknown): Promise<Answer> {
      return new Promise<Answer>((resolve, reject) => {
        const fail = (): void => reject(new Error(`${what}: the process ended early`));
        child.once("exit", fail);
        child.once("message", (message: ChildAnswer) => {
          child.off("exit", fail);
          if ("failure" in message) reject(new Error(`${what}: ${message.failure}`));
          else resolve(message.answer as Answer);
        });
        child.send(request as object);
      });
    },
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
