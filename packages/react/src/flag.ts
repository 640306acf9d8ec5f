/** Shows one thing or another, by a flag. @module */
import type { JsonValue, Widened } from "@aplomb/core";
import type { ReactNode } from "react";
import { useFlag } from "./use-flag.js";
import type { FlagOptions } from "./use-reading.js";

/** The properties of {@link Flag}. */
export interface FlagProps<T extends JsonValue> extends FlagOptions {
  /** `flag`, or `flag.path.to.field`. */
  readonly name: string;
  /** The answer whenever there is none. Also says which type is expected. */
  readonly defaultValue: T;
  /** What to show for a value. */
  readonly children: (value: Widened<T>) => ReactNode;
}

/**
 * Shows what its child makes of a flag's value, and renders only that again when the value changes.
 *
 * @example <Flag name="checkout.enabled" defaultValue={false}>{(isOn) => (isOn ? <Checkout /> : <Basket />)}</Flag>
 */
export function Flag<T extends JsonValue>({ name, defaultValue, children, expose }: FlagProps<T>): ReactNode {
  return children(useFlag(name, defaultValue, { expose }));
}
