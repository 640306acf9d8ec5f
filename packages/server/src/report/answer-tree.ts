/** What is drawn as a tree: a sentence, how it was answered, and the sentences inside it. @module */
import type { Answer } from "@aplomb/core";

/** One line of a tree, and those inside it. */
export interface AnswerTree {
  readonly text: string;
  /** Absent where nothing is asked, only told. */
  readonly answer?: Answer;
  /** What the context has at that place; absent where it has nothing. */
  readonly value?: string;
  readonly children?: readonly AnswerTree[];
}
