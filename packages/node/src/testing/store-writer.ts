/** A process of its own that saves version after version into a shared directory, and says what it saw. @module */
import { fileStore } from "../file-store.js";
import { floorOf, isWhole, storedBundle } from "./numbered-bundle.js";

const [directory = "", first = "1", step = "1", count = "1"] = process.argv.slice(2);
const store = fileStore(directory);

/** Since the machine was started: the same for every process. */
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

for (let at = 0; at < Number(count); at++) {
  const version = Number(first) + at * Number(step);
  await store.save("shared", storedBundle(version));
  const beforeMs = nowMs();
  // With a store of its own: a client loads once, at its start, and never saves below what it has found there.
  const contents = await fileStore(directory).load("shared");
  const seen = {
    version,
    beforeMs,
    afterMs: nowMs(),
    floor: floorOf(contents),
    whole: contents.bundles.every(isWhole),
  };
  process.stdout.write(`${JSON.stringify(seen)}\n`);
}
