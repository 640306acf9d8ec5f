/** What the endpoint tells OFREP providers of itself. @module */

/** Polled no more often than this: versions change when somebody publishes. */
const minPollingIntervalMs = 30_000;

/** The protocol's `configurationResponse`. Newer drafts of the protocol have no such resource; older providers ask for it. */
export const configuration: object = {
  name: "aplomb",
  capabilities: {
    cacheInvalidation: { polling: { enabled: true, minPollingIntervalMs } },
    flagEvaluation: { supportedTypes: ["int", "float", "string", "boolean", "object"] },
    caching: { enabled: false },
  },
};
