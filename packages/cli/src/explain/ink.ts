/** The colours explanations are drawn in. @module */

type Paint = (text: string) => string;

/** Colours by name; each takes text and gives text. */
export interface Ink {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly green: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}
