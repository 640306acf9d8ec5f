/** How many retries successes have earned: while most attempts fail, retries get rare. @module */

const CAPACITY = 10;
const REFUND = 0.1;

/** A bucket of retries. */
export interface RetryBudget {
  /** Takes one retry. False: there is none left. */
  spend(): boolean;
  /** A success gives a tenth of one back. */
  refund(): void;
}

/** Starts full. */
export function createRetryBudget(): RetryBudget {
  let left = CAPACITY;
  return {
    spend() {
      if (left < 1) return false;
      left--;
      return true;
    },
    refund() {
      left = Math.min(CAPACITY, left + REFUND);
    },
  };
}
