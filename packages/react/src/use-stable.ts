/** Keeps the identity of a value while its content stays the same. @module */
import { useEffect, useRef } from "react";
import { sameValue } from "./same-value.js";

/**
 * The value of the last commit while this render's says the same, else this render's.
 *
 * So that an object literal in a component's body is no change. What an abandoned render saw is never kept.
 */
export function useStable<T>(value: T): T {
  const committed = useRef(value);
  const stable = sameValue(committed.current, value) ? committed.current : value;
  useEffect(() => {
    committed.current = stable;
  }, [stable]);
  return stable;
}
