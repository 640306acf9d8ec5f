/** The steps of a check, each with its name, what it saw and how long it took. @module */
import colors from "picocolors";

/** Runs steps and writes a line for each. */
export interface Steps {
  /**
   * Runs one step.
   *
   * @param saw - What to say of its result; empty for nothing.
   */
  run<T>(name: string, work: () => Promise<T>, saw?: (result: T) => string): Promise<T>;
  /** The step that is running, or ran last. */
  readonly current: string;
}

/** Steps that write their lines with `print`. */
export function createSteps(print: (line: string) => void): Steps {
  let current = "";
  return {
    get current() {
      return current;
    },
    async run(name, work, saw = () => "") {
      current = name;
      const startMs = performance.now();
      const result = await work();
      const tookMs = Math.round(performance.now() - startMs);
      print(
        `  ${colors.green("✓")} ${name.padEnd(44)} ${colors.dim(`${tookMs} ms`.padStart(9))}  ${saw(result)}`.trimEnd(),
      );
      return result;
    },
  };
}
