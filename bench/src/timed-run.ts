/** Runs many operations of a workload in a row. @module */
import type { Session } from "./contender.js";
import { type BenchContext, CONTEXT_COUNT } from "./contexts.js";
import type { LogicalFlag } from "./logical-flag.js";
import type { Workload } from "./workload.js";

/** Runs so many operations; answers how many gave something, so that no answer goes unused. */
export type RunOperations = (count: number) => number | Promise<number>;

/** One operation, on the context at a place. */
type Operation = (place: number) => unknown;

/** Prepares a workload on a session. Contexts are taken in turn. */
export function operationsOf(
  workload: Workload,
  session: Session<unknown>,
  flags: readonly LogicalFlag[],
  contexts: readonly BenchContext[],
  isAsync: boolean,
): RunOperations {
  if (isAsync) return repeatAsync(asyncOperationOf(workload, session, flags, contexts));
  return repeat(operationOf(workload, session, flags, contexts));
}

function operationOf(
  { reads, freshContext }: Workload,
  session: Session<unknown>,
  flags: readonly LogicalFlag[],
  contexts: readonly BenchContext[],
): Operation {
  const { key, type } = firstOf(flags);
  const natives = contexts.map((context) => session.contextOf(context));
  if (freshContext) return (place) => session.isOn(key, session.contextOf(contexts[place] as BenchContext));
  if (reads === "first") {
    return type === "boolean"
      ? (place) => session.isOn(key, natives[place])
      : (place) => session.textOf(key, natives[place]) === "a";
  }
  return (place) => {
    const native = natives[place];
    let given = 0;
    for (const flag of flags) {
      if (flag.type === "boolean" ? session.isOn(flag.key, native) : session.textOf(flag.key, native) === "a") given++;
    }
    return given > 0;
  };
}

function asyncOperationOf(
  { reads, freshContext }: Workload,
  session: Session<unknown>,
  flags: readonly LogicalFlag[],
  contexts: readonly BenchContext[],
): Operation {
  const { key, type } = firstOf(flags);
  const natives = contexts.map((context) => session.contextOf(context));
  if (freshContext) return (place) => session.isOn(key, session.contextOf(contexts[place] as BenchContext));
  if (reads === "first") {
    return type === "boolean"
      ? (place) => session.isOn(key, natives[place])
      : (place) => session.textOf(key, natives[place]);
  }
  return async (place) => {
    const native = natives[place];
    let given = 0;
    for (const flag of flags) {
      const answer =
        flag.type === "boolean" ? await session.isOn(flag.key, native) : await session.textOf(flag.key, native);
      if (answer === true || answer === "a") given++;
    }
    return given > 0;
  };
}

function firstOf(flags: readonly LogicalFlag[]): LogicalFlag {
  const [first] = flags;
  if (first === undefined) throw new Error("there are no flags to read");
  return first;
}

function repeat(operation: Operation): RunOperations {
  return (count) => {
    let given = 0;
    for (let i = 0; i < count; i++) if (operation(i % CONTEXT_COUNT)) given++;
    return given;
  };
}

function repeatAsync(operation: Operation): RunOperations {
  return async (count) => {
    let given = 0;
    for (let i = 0; i < count; i++) if (await operation(i % CONTEXT_COUNT)) given++;
    return given;
  };
}
