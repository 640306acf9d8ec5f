/** file systems that refuse. What is loaded is active all the same, and the log stays short. @module */
import { execFile } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "@aplomb/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileStore } from "./file-store.js";
import { type FailureRig, good, keys, liveUntil, next, seal, startFailureRig } from "./testing/failure-rig.js";
import { storedBundle } from "./testing/numbered-bundle.js";

const isRoot = process.getuid?.() === 0;
const isDeepAsRoot = isRoot && process.env.APLOMB_DEEP === "1" && process.platform === "linux";
const NOBODY = 65_534;
const run = promisify(execFile);
const script = fileURLToPath(new URL("./testing/start-on-directory.ts", import.meta.url));

let rig: FailureRig;
beforeEach(async () => {
  rig = await startFailureRig();
});
afterEach(() => rig.close());

describe("A-07 a directory that refuses", () => {
  test.each([
    { name: "ENOENT", directory: async () => "" },
    { name: "ENOTDIR", directory: async () => "/dev/null/aplomb" },
    {
      name: "a symbolic link to nowhere",
      directory: async () => {
        const link = join(rig.directory, "link");
        await symlink(join(rig.directory, "nowhere"), link);
        return link;
      },
    },
  ])("$name: every version is active, and the log has one line a minute", async ({ directory }) => {
    rig.endpoint.publish(good);
    const watched = await rig.startServing({ store: fileStore(await directory()) });
    const { client, clock } = watched;
    const aboutFiles = (): readonly string[] => watched.lines.filter((line) => !line.includes("/manifest"));
    expect([client.status.state, watched.variant(), aboutFiles().length]).toEqual(["READY", "on", 1]);
    rig.endpoint.publish(next);
    await liveUntil(clock, () => client.status.bundleVersion === 6);
    expect(clock.monotonicMs()).toBeLessThan(60_000);
    expect([watched.variant(), client.status.error, aboutFiles().length]).toEqual(["off", undefined, 1]);
    await liveUntil(clock, () => clock.monotonicMs() > 60_000);
    rig.endpoint.publish(await seal("on", { version: 7n }));
    await liveUntil(clock, () => client.status.bundleVersion === 7);
    await until(() => aboutFiles().length === 2);
  });

  test.runIf(isRoot)("files of another user are as good as missing (needs root to make some)", async () => {
    const directory = await mkdtemp(join(tmpdir(), "aplomb-"));
    const store = fileStore(directory);
    await store.save("a", storedBundle(3));
    for (const name of await readdir(directory)) await chown(join(directory, name), NOBODY, NOBODY);
    expect(await store.load("a")).toEqual({ bundles: [], envelopes: [], roots: [] });
    await store.save("a", storedBundle(4));
    expect((await store.load("a")).bundles).toEqual([storedBundle(4)]);
    await rm(directory, { recursive: true });
  });

  test.runIf(isDeepAsRoot).each([
    { name: "ENOSPC", prepare: "mount -t tmpfs -o size=4k tmpfs DIR", code: "ENOSPC" },
    { name: "EROFS", prepare: "mount -t tmpfs -o ro tmpfs DIR", code: "EROFS" },
    { name: "EACCES", prepare: "chmod 0700 DIR", code: "EACCES" },
  ])(
    "$name: the bundle is active, and the log has one line (deep: needs root and mounts)",
    async ({ prepare, code }) => {
      rig.endpoint.publish(good);
      const directory = join(rig.directory, "kept");
      await mkdir(directory);
      const user = code === "EACCES" ? `setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups` : "";
      const root = Buffer.from(keys.rootEnvelope).toString("base64");
      const child = [user, process.execPath, "--conditions=@aplomb/source", "--import=tsx", script].join(" ");
      const command = `${prepare.replace("DIR", directory)} && exec ${child} ${rig.endpoint.url} ${root} ${directory}`;
      await chmod(rig.directory, 0o755);
      const { stdout } = await run("unshare", ["-m", "sh", "-c", command], {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
      });
      const { lines, ...rest } = JSON.parse(stdout);
      expect(rest).toEqual({ state: "READY", bundleVersion: 5, value: true });
      expect(lines).toEqual([expect.stringContaining(code)]);
    },
  );
});
