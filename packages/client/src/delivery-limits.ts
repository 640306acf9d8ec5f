/** How much of what is to be delivered is held at once. @module */

/** How much a host queues and sends at once. Sizes are of records as they are sent. */
export interface DeliveryLimits {
  readonly flushIntervalMs: number;
  readonly batchRecords: number;
  readonly batchBytes: number;
  readonly queueRecords: number;
  readonly queueBytes: number;
  /** How many exposures are remembered to be told from repeats. */
  readonly dedupRecords: number;
}
