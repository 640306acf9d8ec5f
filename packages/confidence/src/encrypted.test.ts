/** An encrypted state: it is refused with what to do, and what to do works. @module */
import { createCipheriv } from "node:crypto";
import { readFileSync } from "node:fs";
import { openBundle } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import { decrypted } from "../test/decrypted.js";
import { ALL, envelopeBytes, flag, SECRET, stateBytes } from "../test/state-builder.js";
import { importResolverState } from "./import-resolver-state.js";

const KEY = "0123456789abcdef".repeat(4);
const options = { clientSecret: SECRET };
const envelope = envelopeBytes(stateBytes({ flags: [flag("f")], segments: [ALL] }), "acme");

/** As it is handed out: the nonce, the content, the tag. */
function encrypted(content: Uint8Array, nonce: Uint8Array): Uint8Array {
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(KEY, "hex"), nonce);
  return Uint8Array.from(Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]));
}

describe("an encrypted state", () => {
  test.each([0, 1, 8, 10, 18, 127, 255])("whose first byte is %i is refused, with what to do", (first) => {
    const said = "If it is encrypted (its address ends in .enc), decrypt it first: AES-256-GCM";
    const bytes = encrypted(envelope, new Uint8Array(12).fill(first));
    expect(() => importResolverState(bytes, options)).toThrow(/^MALFORMED: this is no resolver state: /);
    expect(() => importResolverState(bytes, options)).toThrow(said);
  });

  test("is imported after what the README says has been done", () => {
    const bytes = decrypted(encrypted(envelope, new Uint8Array(12).fill(7)), KEY);
    expect(openBundle(importResolverState(bytes, options).bundle).flagCount).toBe(1);
  });

  test("is decrypted in the README as in this test", () => {
    const [, ...lines] = readFileSync(new URL("../test/decrypted.ts", import.meta.url), "utf8").split("\n");
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    expect(readme).toContain(`\`\`\`ts\n${lines.join("\n")}\`\`\``);
  });
});
