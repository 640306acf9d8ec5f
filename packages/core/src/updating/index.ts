/** What a newer bundle or root needs before it takes over: the trial, the difference, the root it claims, the ring it is for. @module */
export { claimedRootVersion } from "../bundle/verify-manifest.js";
export { changedFlags } from "../changed-flags.js";
export { bytesToHex } from "../hex.js";
export { ringOf } from "../ring.js";
export { selfTest } from "../self-test.js";
