/** The demo, headless, with a verdict: do service and page agree, follow an edit, and expose exactly once? @module */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { chromiumHint, findChromium } from "@aplomb/testkit/chromium";
import colors from "picocolors";
import { type Closer, createCloser } from "../closer.js";
import { listenForInterrupt } from "../interrupt.js";
import { copyProject, makeRunDirectory } from "../project-copy.js";
import { startDemo } from "../start-demo.js";
import { outcomeLines } from "../words.js";
import { checkDemo, type Findings } from "./check-demo.js";
import { openPage } from "./open-page.js";
import { failuresOf, findingsTable } from "./report.js";
import { createSteps, type Steps } from "./steps.js";

const TIMEOUT_MS = 110_000;
const DAY_MS = 86_400_000;
/** A check takes less than this. */
const CHECK_MS = 30_000;
const SHOPPERS_PER_SECOND = 20;

/** Runs the check and prints what it saw. Answers whether all is well. */
export async function runCheck(): Promise<boolean> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    console.error(colors.red(chromiumHint));
    return false;
  }
  const closer = createCloser();
  const interrupt = listenForInterrupt();
  const steps = createSteps((line) => console.log(line));
  const startMs = performance.now();
  try {
    const failures = await Promise.race([
      check(executablePath, closer, steps),
      interrupt.received.then(() => ["interrupted"]),
      wait(TIMEOUT_MS, [`not done after ${TIMEOUT_MS / 1000} s, at: ${steps.current}`], { ref: false }),
    ]);
    return conclude(failures, performance.now() - startMs);
  } catch (error) {
    return conclude([`${steps.current}: ${error instanceof Error ? error.message : String(error)}`], 0);
  } finally {
    for (const failure of await closer.close()) console.error(colors.red(`not ended cleanly: ${failure}`));
    interrupt.dispose();
  }
}

async function check(executablePath: string, closer: Closer, steps: Steps): Promise<readonly string[]> {
  await waitForMidnight();
  const directory = await makeRunDirectory(closer);
  const projectDirectory = await copyProject(join(directory, "project"));
  const demo = await steps.run("Start endpoint, service and page", () =>
    startDemo(
      {
        projectDirectory,
        dataDirectory: join(directory, "data"),
        viteCacheDirectory: join(directory, "vite"),
        shoppersPerSecond: SHOPPERS_PER_SECOND,
        onOutcome: (outcome) => {
          if (outcome.type !== "published") console.error(outcomeLines(outcome));
        },
      },
      closer,
    ),
  );
  const page = await steps.run("Open the page in Chromium", () =>
    openPage({ url: demo.page.url, executablePath, profileDirectory: join(directory, "chromium") }, closer),
  );
  const findings: Findings = await checkDemo(demo, page, projectDirectory, steps);
  console.log(`\n${findingsTable(findings)}\n`);
  return failuresOf(findings);
}

/** Exposures count by the UTC day: a check that crossed midnight would rightly store two of each. */
async function waitForMidnight(): Promise<void> {
  const leftMs = DAY_MS - (Date.now() % DAY_MS);
  if (leftMs > CHECK_MS) return;
  console.log(colors.dim(`  Waiting ${Math.ceil(leftMs / 1000)} s for the next day (UTC) to begin`));
  await wait(leftMs);
}

function conclude(failures: readonly string[], tookMs: number): boolean {
  if (failures.length === 0) {
    console.log(
      colors.green(`Both sides agree on everything, and every exposure is there once. ${(tookMs / 1000).toFixed(1)} s`),
    );
    return true;
  }
  for (const failure of failures) console.error(colors.red(`✗ ${failure}`));
  return false;
}
