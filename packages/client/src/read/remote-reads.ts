/** Asks for remote flags before reads need them; loads what asks when it is first needed. @module */
import type { RemoteAnswers, RemoteFlags, RemoteQuestion } from "../remote-flags.js";

/** Asks. Never rejects: undefined when there is no answer. */
export type RemoteReads = (question: RemoteQuestion) => Promise<RemoteAnswers | undefined>;

/** @param open - Loads what asks; tried again at the next question if it fails. */
export function createRemoteReads(open: () => Promise<RemoteFlags>, failed: (error: unknown) => void): RemoteReads {
  let opened: Promise<RemoteFlags> | undefined;
  return async (question) => {
    if (question.flagKeys.length === 0) return undefined;
    try {
      opened ??= open().catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return await (await opened).ask(question);
    } catch (error) {
      failed(error);
      return undefined;
    }
  };
}
