/** Starts an endpoint in a process of its own, from its TypeScript sources. @module */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./serve-until-killed.ts", import.meta.url));

/** A running endpoint in another process: whoever started it kills it. */
export interface EndpointChild {
  readonly child: ChildProcess;
  readonly url: string;
}

/**
 * Resolves when the endpoint over a folder listens.
 *
 * @param nodeArguments - Such as "--max-old-space-size=128".
 */
export async function startChild(directory: string, nodeArguments: readonly string[] = []): Promise<EndpointChild> {
  const child = spawn(
    process.execPath,
    [...nodeArguments, "--conditions=@aplomb/source", "--import", "tsx", script, directory],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (!child.stdout) throw new Error("the child has no output");
  const [line] = await once(child.stdout, "data");
  return { child, url: String(line).trim() };
}
