/** The demo for people: starts everything, says where to look, and ends everything at Ctrl-C. @module */
import { join } from "node:path";
import colors from "picocolors";
import { createCloser } from "./closer.js";
import { listenForInterrupt } from "./interrupt.js";
import { makeRunDirectory, PROJECT_DIRECTORY } from "./project-copy.js";
import { startDemo } from "./start-demo.js";
import { createStatusLine } from "./status-line.js";
import { outcomeLines, serviceLine, welcome } from "./words.js";

const SHOPPERS_PER_SECOND = 20;

/** Runs until Ctrl-C. Answers whether all went well. */
export async function runDemo(): Promise<boolean> {
  const closer = createCloser();
  const interrupt = listenForInterrupt();
  const line = createStatusLine(process.stdout);
  try {
    line.print(colors.dim("Starting endpoint, service and page …"));
    const demo = await startDemo(
      {
        projectDirectory: PROJECT_DIRECTORY,
        dataDirectory: await makeRunDirectory(closer),
        viteCacheDirectory: join(PROJECT_DIRECTORY, "node_modules/.vite"),
        shoppersPerSecond: SHOPPERS_PER_SECOND,
        onOutcome: (outcome) => {
          const lines = outcomeLines(outcome);
          if (lines !== "") line.print(lines);
        },
      },
      closer,
    );
    line.print(welcome(demo));
    demo.service.on("tally", ({ tally }) => line.show(serviceLine(tally)));
    const end = await Promise.race([interrupt.received, demo.service.ended]);
    line.clear();
    if (end !== undefined) line.print(colors.red(`The service ended by itself (${end}).`));
    return end === undefined;
  } catch (error) {
    line.print(colors.red(error instanceof Error ? error.message : String(error)));
    return false;
  } finally {
    line.clear();
    line.print(colors.dim("Ending everything …"));
    for (const failure of await closer.close()) line.print(colors.red(failure));
    interrupt.dispose();
  }
}
