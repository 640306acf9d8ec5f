/** The process that writes every contender's deliveries. @module */
import { ENTRIES } from "./contender-list.js";
import { writeDelivery } from "./delivery-folder.js";
import { FLAG_SETS, type FlagSetName } from "./workload.js";

const [root = "", ...names] = process.argv.slice(2);

for (const { name, load } of ENTRIES.filter((entry) => names.includes(entry.name))) {
  const contender = await load();
  for (const [flagSet, flagsOf] of Object.entries(FLAG_SETS)) {
    writeDelivery(root, name, flagSet as FlagSetName, await contender.deliver(flagsOf()));
  }
}
process.exit(0);
