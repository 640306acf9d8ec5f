/** Keeps things in the order of their last use, without a search and without memory of its own. @module */

/** A thing in the ring; the ring sets its neighbours. */
export interface Linked<T> {
  newer: T;
  older: T;
}

/** Things in the order of their last use. */
export interface RecencyRing<T extends Linked<T>> {
  /** Puts in a new thing as the most recently used. */
  add(node: T): void;
  /** Makes a thing the most recently used. */
  touch(node: T): void;
  remove(node: T): void;
  /** The least recently used; the fixed point itself when the ring is empty. */
  readonly oldest: T;
}

/**
 * Makes a ring.
 *
 * @param fixed - Its fixed point, of the same shape as everything else in it; never given out while there is anything.
 */
export function createRecencyRing<T extends Linked<T>>(fixed: T): RecencyRing<T> {
  fixed.newer = fixed;
  fixed.older = fixed;
  const add = (node: T): void => {
    node.newer = fixed;
    node.older = fixed.older;
    fixed.older.newer = node;
    fixed.older = node;
  };
  const remove = (node: T): void => {
    node.newer.older = node.older;
    node.older.newer = node.newer;
  };
  return {
    add,
    remove,
    touch(node) {
      if (node === fixed.older) return;
      remove(node);
      add(node);
    },
    get oldest() {
      return fixed.newer;
    },
  };
}
