/** Reads the file of clients that an endpoint is told. @module */
import { readFile } from "node:fs/promises";
import type { ClientsFile } from "./clients-file.js";
import type { Problem } from "./problem.js";
import type { Audience } from "./project.js";
import { readSource } from "./read/read-source.js";
import { checkClients } from "./validate/check-clients.js";
import { checkClientsSchema } from "./validate/check-schema.js";

/** What a file of clients says, or what is wrong with it. */
export interface ClientsReading {
  /** Undefined when there are problems. */
  readonly file: ClientsFile | undefined;
  readonly problems: readonly Problem[];
  readonly text: string;
}

/**
 * Reads clients of a project's audiences, as YAML or JSON.
 *
 * @throws Error when the file cannot be read.
 */
export async function readClients(path: string, audiences: readonly Audience[]): Promise<ClientsReading> {
  const text = await readFile(path, "utf8");
  const { source, problems } = readSource(path, text);
  if (problems.length > 0) return { file: undefined, problems, text };
  const { content, problems: inSchema } = checkClientsSchema(source);
  if (content === undefined) return { file: undefined, problems: inSchema, text };
  const inClients = checkClients(source, content, audiences);
  return { file: inClients.length === 0 ? content : undefined, problems: inClients, text };
}
