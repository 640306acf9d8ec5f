/** The bounded queue between a read and the network: in order, and never larger than agreed. @module */
import type { DeliveryRecord } from "../delivery-record.js";

/** Records that wait to be sealed, oldest first. */
export interface ExposureQueue {
  readonly length: number;
  readonly sizeBytes: number;
  /** The oldest record's place; infinite when the queue is empty. */
  readonly firstSequence: number;
  /** Appends a record, and gives up the oldest ones while there are too many. */
  add(record: DeliveryRecord): void;
  /** Removes the oldest records, at least one and at most so many; what was queued after a gap is not among them. */
  take(maxRecords: number, maxBytes: number): DeliveryRecord[];
}

/**
 * Makes a queue.
 *
 * @param overflowed - Told of each record that had to go.
 */
export function createExposureQueue(
  maxRecords: number,
  maxBytes: number,
  overflowed: (record: DeliveryRecord) => void,
): ExposureQueue {
  let records: DeliveryRecord[] = [];
  let head = 0;
  let sizeBytes = 0;

  const shift = (): DeliveryRecord | undefined => {
    const record = records[head];
    if (!record) return undefined;
    sizeBytes -= record.sizeBytes;
    head++;
    // Compacts once half of the list is spent: constant work for each record, and nothing spent is held for long.
    if (head * 2 > records.length) {
      records = records.slice(head);
      head = 0;
    }
    return record;
  };

  return {
    get length() {
      return records.length - head;
    },
    get sizeBytes() {
      return sizeBytes;
    },
    get firstSequence() {
      return records[head]?.sequence ?? Number.POSITIVE_INFINITY;
    },
    add(record) {
      records.push(record);
      sizeBytes += record.sizeBytes;
      while (records.length - head > maxRecords || sizeBytes > maxBytes) {
        const oldest = shift();
        if (!oldest) return;
        overflowed(oldest);
      }
    },
    take(mostRecords, mostBytes) {
      const taken: DeliveryRecord[] = [];
      let takenBytes = 0;
      for (let next = records[head]; next && taken.length < mostRecords; next = records[head]) {
        const before = taken.at(-1);
        takenBytes += next.sizeBytes;
        if (before && (takenBytes > mostBytes || before.sequence + 1 !== next.sequence)) break;
        taken.push(next);
        shift();
      }
      return taken;
    },
  };
}
