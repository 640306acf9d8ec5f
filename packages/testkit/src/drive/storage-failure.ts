/** Ways in which a browser's storage fails a page. @module */

/** One failure of one kind of storage. */
export interface StorageFailure {
  readonly api: "indexedDB" | "localStorage";
  /**
   * `denied`: touching it throws a SecurityError, as with cookies blocked. `full`: every write fails with a
   * QuotaExceededError. `absent`: it is undefined.
   */
  readonly how: "denied" | "full" | "absent";
}

/** All six. */
export const STORAGE_FAILURES: readonly StorageFailure[] = (["indexedDB", "localStorage"] as const).flatMap((api) =>
  (["denied", "full", "absent"] as const).map((how) => ({ api, how })),
);

const throwing = (name: string): string => `{ throw new DOMException("made to fail by a test", "${name}"); }`;

const WRITES = {
  indexedDB: { owner: "IDBObjectStore.prototype", methods: ["add", "put"] },
  localStorage: { owner: "Storage.prototype", methods: ["setItem"] },
};

/** JavaScript that brings a failure about; to be run before anything else in the page. */
export function storageFailureScript({ api, how }: StorageFailure): string {
  if (how === "absent") return `Object.defineProperty(window, "${api}", { value: undefined, configurable: true });`;
  if (how === "denied") {
    return `Object.defineProperty(window, "${api}", { get() ${throwing("SecurityError")}, configurable: true });`;
  }
  const { owner, methods } = WRITES[api];
  return methods.map((method) => `${owner}.${method} = function () ${throwing("QuotaExceededError")};`).join("\n");
}
