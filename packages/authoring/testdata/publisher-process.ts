/** A publisher as a process of its own: it publishes at each line that it is sent, or stops in the middle of it. @module */
import { createInterface } from "node:readline";
import { holdPublication } from "../src/publish/hold-publication.js";
import { publishSigned } from "../src/publish-signed.js";
import { readSigned } from "../src/sign/signed-files.js";

/** What is asked: publish `build` into `dir`; or hold `dir`, and never let it go. */
interface Order {
  readonly dir: string;
  readonly build?: string;
}

async function obey({ dir, build }: Order): Promise<object> {
  if (build !== undefined) {
    const [published] = await publishSigned(await readSigned(build), dir);
    return { version: published?.manifest.version, change: published?.change };
  }
  return new Promise((_, reject) => {
    const forEver = () => new Promise<never>(() => console.log(JSON.stringify({ holds: dir })));
    holdPublication(dir, forEver).catch(reject);
  });
}

console.log(JSON.stringify({ isReady: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await obey(JSON.parse(line) as Order).catch(({ code, message, remedy }) => ({
    code,
    message,
    remedy,
  }));
  console.log(JSON.stringify(answer));
}
