/** An outbox over a store of entries: each entry is a batch from its first record on. @module */
import type { Outbox, OutboxParts } from "../outbox.js";
import { within } from "../within.js";
import { createBatchWriter } from "./batch-writer.js";
import { createDispatcher } from "./dispatcher.js";
import type { EntryStore } from "./entry-store.js";
import { createKeeper } from "./keeper.js";
import { createShelf } from "./shelf.js";

/**
 * Makes an outbox. What is kept is what is sent: the head of a batch, with its id, is written with its first record.
 *
 * So whatever was written when a process dies is a batch already, and sending it again, in this run or a later one, is
 * the same request.
 */
export function createOutbox(parts: OutboxParts, entries: EntryStore): Outbox {
  const shelf = createShelf(entries.maxBytes, parts.ledger.dropped);
  const writer = createBatchWriter(parts, entries, shelf);
  const { keep, keepBatch } = createKeeper(parts, entries, shelf, writer);
  const { take, putBack, takeOver } = createDispatcher(parts, entries, shelf, writer);

  async function recover(): Promise<void> {
    for (const entry of await entries.takeOver()) await takeOver(entry);
  }

  return {
    get length() {
      return shelf.length + (writer.current?.count ?? 0);
    },
    get sizeBytes() {
      return shelf.sizeBytes;
    },
    get isDue() {
      return shelf.oldest !== undefined;
    },
    get firstSequence() {
      return (shelf.oldest ?? writer.current)?.firstSequence ?? Number.POSITIVE_INFINITY;
    },
    keep,
    keepBatch,
    take,
    putBack,
    async recover() {
      const { patienceMs } = entries;
      await (patienceMs === undefined ? recover() : within(recover(), patienceMs, parts.clock));
    },
    clear() {
      writer.finish();
      const count = shelf.length;
      for (let kept = shelf.take(); kept; kept = shelf.take()) shelf.remove(kept);
      entries.clear();
      return count;
    },
    close() {
      writer.finish();
      entries.close();
    },
  };
}
