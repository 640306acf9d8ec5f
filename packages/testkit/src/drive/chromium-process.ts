/** A Chromium with a profile of its own, started and killed like any process. @module */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chromiumArgs } from "../chromium.js";

/** A running Chromium. */
export interface ChromiumProcess {
  /** Where it takes DevTools connections. */
  readonly devtoolsUrl: string;
  /** SIGKILL, to the browser and all its children: nothing is flushed, nobody is told. */
  kill(): Promise<void>;
  /** Resolves once it is gone, however that came. */
  readonly gone: Promise<unknown>;
}

const STARTS_WITHIN_MS = 30_000;

/** Every host name that ends in `.test` is this machine: pages without a secure context, on plain HTTP. */
const TEST_HOSTS = "--host-resolver-rules=MAP *.test 127.0.0.1";

/**
 * Starts Chromium without a window.
 *
 * @param profileDirectory - What a life leaves there, the next one finds.
 * @throws Error, with what Chromium wrote, if it does not start.
 */
export async function startChromium(executablePath: string, profileDirectory: string): Promise<ChromiumProcess> {
  const own = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profileDirectory}`, TEST_HOSTS];
  // A process group of its own, so that a kill reaches every child.
  const child = spawn(executablePath, [...chromiumArgs, ...own, "about:blank"], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const killGroup = (): void => {
    // Once the browser is gone its number may be another's.
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It went in this very moment.
    }
  };
  process.once("exit", killGroup);
  const gone = once(child, "exit").catch(() => {});
  void gone.then(() => process.off("exit", killGroup));
  let output = "";
  const devtoolsUrl = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`Chromium did not start: ${why}\n${output}`));
    const late = setTimeout(() => fail("too slow"), STARTS_WITHIN_MS).unref();
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const url = /DevTools listening on (ws:\S+)/.exec(output)?.[1];
      if (url === undefined) return;
      clearTimeout(late);
      resolve(url);
    });
    child.once("error", (error) => fail(error.message));
    void gone.then(() => fail("it ended"));
  });
  return {
    devtoolsUrl,
    gone,
    async kill() {
      killGroup();
      await gone;
    },
  };
}
