/** How this package is built. @module */
import { buildPackage } from "../../tooling/tsup.js";

export default buildPackage("node");
