/** Lets one publisher at a time work on a publication. @module */
import { AuthoringError } from "../authoring-error.js";
import { takePublicationLock } from "./publication-lock.js";

/**
 * Does something with a publication while no other publisher does: from reading the last version until the new one is in
 * its place, so that one version is never given twice. Does not wait for whoever was first.
 *
 * @param dir - Made if it is not there.
 * @throws AuthoringError PUBLICATION_LOCKED, naming who holds it; and whatever the work throws.
 */
export async function holdPublication<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const attempt = await takePublicationLock(dir);
  if (!attempt.taken) {
    const { holder, sinceMs, path } = attempt;
    const who = holder === undefined ? "" : `: process ${holder.pid} on ${holder.host}`;
    const since = sinceMs === 0 ? "" : `, since ${new Date(sinceMs).toISOString()}`;
    throw new AuthoringError(`another publisher is at work in ${dir}${who}${since}`, {
      code: "PUBLICATION_LOCKED",
      remedy: `Let it finish, then publish again. If that process has ended, delete ${path}. Nothing was published.`,
    });
  }
  try {
    return await work();
  } finally {
    await attempt.release();
  }
}
