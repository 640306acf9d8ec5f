/** The demo's command: everything at once, until Ctrl-C; with --check, the same headless, with a verdict. @module */
import { parseArgs } from "node:util";
import { runCheck } from "./check/run-check.js";
import { runDemo } from "./run-demo.js";

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

process.exitCode = (await (values.check ? runCheck() : runDemo())) ? 0 : 1;
