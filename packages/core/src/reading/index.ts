/** What reads of flags need: verify, open, evaluate. A page loads this at once, and the rest of the core later or never. @module */
export {
  checkBundle,
  readUnverifiedManifest,
  verifyManifest,
} from "../bundle/verify-manifest.js";
export { openRoot, verifyNextRoot } from "../bundle/verify-root.js";
export { checkRing, EVERYBODY } from "../check-ring.js";
export { equalBytes } from "../equal-bytes.js";
export { FlagError, type FlagErrorCode, isFlagError } from "../errors.js";
export { evaluate, evaluateAll, evaluateValue } from "../evaluate/evaluate.js";
export { fieldAt } from "../evaluate/read-value.js";
export { resolve } from "../evaluate/resolve.js";
export { createExposureWindow } from "../exposure/exposure-window.js";
export { PAGE_LIMITS } from "../limits.js";
export { openBundle } from "../open-bundle.js";
export { remoteFlagsOf } from "../remote-flags.js";
export { fitsDefault } from "../value.js";
