/** Calls back when a file of a project is saved. @module */
import { basename, join } from "node:path";
import { type FSWatcher, watch } from "chokidar";

/** Saves that follow each other closer than this are one: editors write a file in several steps. */
const SETTLE_MS = 50;

/** A running watch. */
export interface FileWatch {
  close(): Promise<void>;
}

/**
 * Watches `aplomb.yaml`, `flags/`, `segments/` and `groups/`.
 *
 * @param onSaved - Called once for saves that come together, after the last of them.
 * @returns When the watch has begun.
 */
export async function watchFiles(dir: string, onSaved: () => void): Promise<FileWatch> {
  const paths = ["aplomb.yaml", "aplomb.yml", "aplomb.json", "flags", "segments", "groups"].map((name) =>
    join(dir, name),
  );
  const watcher = watch(paths, {
    ignoreInitial: true,
    ignored: (path) => basename(path).startsWith(".") && path !== dir,
  });
  let settling: NodeJS.Timeout | undefined;
  watcher.on("all", () => {
    clearTimeout(settling);
    settling = setTimeout(onSaved, SETTLE_MS).unref();
  });
  await begun(watcher);
  return {
    async close() {
      clearTimeout(settling);
      await watcher.close();
    },
  };
}

/** An error of the file system later on (a folder that vanished) must not end the process: files are read anew anyway. */
function begun(watcher: FSWatcher): Promise<void> {
  return new Promise((resolve) => {
    watcher.on("error", () => undefined);
    watcher.on("ready", resolve);
  });
}
