/** Runs an endpoint in a process of its own, for tests that kill it: argument 1 is the folder; prints the URL. @module */
import { startEndpoint } from "./endpoint.js";

const { server } = await startEndpoint({}, process.argv[2]);
process.stdout.write(`${server.url}\n`);
