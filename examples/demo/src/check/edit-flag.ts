/** Edits the copy of a flag file as a person would: another word on the button, another split. @module */
import { readFile, writeFile } from "node:fs/promises";

/** What every button ends with after the edit. */
export const EDITED = "today";

/**
 * Adds a word to every button of the checkout, and moves the split from 50 : 50 to 30 : 70.
 *
 * @returns When the file was written, in milliseconds since 1970 UTC.
 * @throws Error when the file is not as it is committed.
 */
export async function editCheckout(path: string): Promise<number> {
  const before = await readFile(path, "utf8");
  const after = before
    .replaceAll(/^( {4}button: .+)$/gm, `$1 ${EDITED}`)
    .replace("{ classic: 50, express: 50 }", "{ classic: 30, express: 70 }");
  if (!after.includes(EDITED) || !after.includes("express: 70"))
    throw new Error(`${path} is not the file that this edit is for`);
  const atMs = Date.now();
  await writeFile(path, after);
  return atMs;
}
