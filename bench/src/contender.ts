/** What a contender has to do: deliver flags in its own format, open what was delivered, and answer. @module */
import type { BenchContext } from "./contexts.js";
import type { LogicalFlag } from "./logical-flag.js";

/** The bytes of a delivery, by file name. */
export type DeliveredFiles = Readonly<Record<string, Uint8Array>>;

/** Flags in a contender's own format, as its service would hand them over. */
export interface Delivery {
  /** The bytes of a file. */
  read(name: string): Uint8Array;
  /** Where the file lies, for those that read it themselves. */
  pathOf(name: string): string;
}

/** An SDK that is ready to evaluate. `Native` is what it evaluates on. */
export interface Session<Native> {
  /** The context as the SDK takes it, a new one at each call. */
  contextOf(context: BenchContext): Native;
  /** The value of a boolean flag, by the SDK's public getter; false when no rule matches. */
  isOn(key: string, context: Native): boolean | Promise<boolean>;
  /** The value of a text flag, by the SDK's public getter; "none" when no rule matches. */
  textOf(key: string, context: Native): string | Promise<string>;
}

/** One contender. */
export interface Contender {
  /** The getters answer with promises. */
  readonly isAsync?: boolean;
  /** Writes logical flags down in the contender's format. */
  deliver(flags: readonly LogicalFlag[]): DeliveredFiles | Promise<DeliveredFiles>;
  /** Opens a delivery: when this is done, the SDK is ready. Nothing is fetched from anywhere. */
  open(delivery: Delivery): Session<unknown> | Promise<Session<unknown>>;
}

/** A delivery of one JSON file. */
export function jsonFile(value: unknown): DeliveredFiles {
  return { [FLAGS_FILE]: new TextEncoder().encode(JSON.stringify(value)) };
}

/** The text of a delivery of one JSON file. */
export function readText(delivery: Delivery): string {
  return new TextDecoder().decode(delivery.read(FLAGS_FILE));
}

/** The content of a delivery of one JSON file. The caller says what it wrote there. */
export function readJson<T>(delivery: Delivery): T {
  return JSON.parse(readText(delivery)) as T;
}

/** The file of a delivery that has only one. */
export const FLAGS_FILE = "flags.json";
