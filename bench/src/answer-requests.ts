/** The child's side of a conversation with the process that started it. @module */
import type { ChildAnswer } from "./child.js";

/** Answers every request; what is thrown is told and not thrown. */
export function answerRequests<Request>(answer: (request: Request) => Promise<unknown>): void {
  const tell = (message: ChildAnswer): void => void process.send?.(message);
  process.on("message", (request) => {
    answer(request as Request).then(
      (given) => tell({ answer: given }),
      (error: unknown) => tell({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
