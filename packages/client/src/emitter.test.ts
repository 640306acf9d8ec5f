/** Holds the emitter to its promise: one listener never hurts another. @module */
import { describe, expect, test } from "vitest";
import { createEmitter } from "./emitter.js";

describe("createEmitter", () => {
  test("tells listeners in order, each as often as it was registered", () => {
    const emitter = createEmitter<{ said: string }>(() => expect.unreachable());
    const heard: string[] = [];
    const listener = (word: string) => void heard.push(word);
    emitter.on("said", listener);
    const end = emitter.on("said", listener);
    emitter.emit("said", "a");
    end();
    emitter.emit("said", "b");
    expect(heard).toEqual(["a", "a", "b"]);
  });

  test("a listener that throws is reported, and its neighbours are told", () => {
    const failures: unknown[] = [];
    const emitter = createEmitter<{ said: string }>((error) => failures.push(error));
    const heard: string[] = [];
    emitter.on("said", () => {
      throw new Error("no");
    });
    emitter.on("said", (word) => heard.push(word));
    emitter.emit("said", "a");
    expect([heard, failures]).toEqual([["a"], [new Error("no")]]);
  });

  test("a listener may end itself and others while it is called", () => {
    const emitter = createEmitter<{ said: string }>(() => expect.unreachable());
    const heard: string[] = [];
    const end = emitter.on("said", (word) => {
      heard.push(word);
      end();
    });
    emitter.emit("said", "a");
    emitter.emit("said", "b");
    expect(heard).toEqual(["a"]);
  });
});
