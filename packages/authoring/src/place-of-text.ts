/** Finds where in a file a text stands. @module */
import type { Part, Path, SourceFile } from "./source-file.js";

/** A name or a value in a file. */
export interface Place {
  readonly path: Path;
  readonly part: Part;
}

/**
 * The first value, or name of a value, that a text is in.
 *
 * @param within - Where to look.
 * @param fields - Only in values of these fields; left out: everywhere.
 */
export function placeOfText(
  source: SourceFile,
  text: string,
  within: Path,
  fields?: readonly string[],
): Place | undefined {
  let content = source.content;
  for (const step of within) {
    if (typeof content !== "object" || content === null || !Object.hasOwn(content, step)) return undefined;
    content = (content as Readonly<Record<string | number, unknown>>)[step];
  }
  return search(content, text, within, fields);
}

function search(content: unknown, text: string, path: Path, fields: readonly string[] | undefined): Place | undefined {
  if (typeof content !== "object" || content === null) {
    const isIn = String(content).includes(text);
    const field = path.filter((step) => typeof step === "string").at(-1);
    return isIn && (fields === undefined || fields.includes(String(field))) ? { path, part: "value" } : undefined;
  }
  for (const [name, value] of Object.entries(content)) {
    const inner: Path = [...path, Array.isArray(content) ? Number(name) : name];
    if (fields === undefined && !Array.isArray(content) && name.includes(text)) return { path: inner, part: "key" };
    const found = search(value, text, inner, fields);
    if (found !== undefined) return found;
  }
  return undefined;
}
