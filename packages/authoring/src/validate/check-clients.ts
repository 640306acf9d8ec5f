/** Judges a file of clients beyond what the schema can say. @module */
import type { ClientEntry, ClientsFile } from "../clients-file.js";
import type { Problem, ProblemText } from "../problem.js";
import type { Audience } from "../project.js";
import { type Path, problemAt, type SourceFile } from "../source-file.js";

/** What is wrong with the clients of a project's audiences. */
export function checkClients(source: SourceFile, file: ClientsFile, audiences: readonly Audience[]): Problem[] {
  const problems: Problem[] = [];
  const ownerOf = new Map<string, string>();
  for (const [name, client] of Object.entries(file.clients)) {
    const say = (path: Path, text: ProblemText): void => {
      problems.push(problemAt(source, ["clients", name, ...path], "value", text));
    };
    checkKinds(client, audiences, say);
    for (const field of ["keys", "keysSha256"] as const) {
      client[field]?.forEach((key, place) => {
        const owner = ownerOf.get(key);
        if (owner !== undefined) {
          const message = `the client "${owner}" has this key already`;
          say([field, place], { message, expected: "a key that no other client has" });
        }
        ownerOf.set(key, name);
      });
    }
  }
  return problems;
}

/** Checks that audiences exist, and that keys are of the kind that they take. */
function checkKinds(
  { audiences: names, keys, keysSha256, origins }: ClientEntry,
  audiences: readonly Audience[],
  say: (path: Path, text: ProblemText) => void,
): void {
  const known = audiences.map(({ name }) => name).join(", ");
  names.forEach((name, place) => {
    const audience = audiences.find((one) => one.name === name);
    if (audience === undefined) {
      say(["audiences", place], { message: `aplomb.yaml has no audience "${name}"`, expected: `one of ${known}` });
    } else if (audience.kind === "browser" && (keys === undefined || keysSha256 !== undefined)) {
      const message = `"${name}" is read by browsers, whose keys are public`;
      say(["audiences", place], { message, expected: "`keys`, and no `keysSha256`", example: "keys: [web-shop-2026]" });
    } else if (audience.kind === "service" && (keysSha256 === undefined || keys !== undefined)) {
      const message = `"${name}" is read by services, whose keys are secret`;
      say(["audiences", place], { message, expected: "`keysSha256`, and no `keys`" });
    } else if (audience.kind === "service" && origins !== undefined) {
      const message = `"${name}" is read by services: pages may not have their keys`;
      say(["origins"], { message, expected: "no `origins`" });
    }
  });
}
