/** Ed25519 and SHA-256 by the browser's own WebCrypto, with a way out where it has no Ed25519. @module */
import type { VerifySignature } from "@aplomb/core";
import { FlagError } from "@aplomb/core/reading";

/** Loaded once it is known to be needed. */
let fallback: Promise<VerifySignature> | undefined;

/** Verifies one signature: by WebCrypto, or where that has no Ed25519 by a library that is loaded then. */
export const verifySignature: VerifySignature = async (key, signature, message) => {
  const subtle = requireSubtle();
  try {
    if (!fallback) {
      const imported = await subtle.importKey("raw", key.publicKey as BufferSource, "Ed25519", false, ["verify"]);
      return await subtle.verify("Ed25519", imported, signature as BufferSource, message as BufferSource);
    }
  } catch (cause) {
    if (!(cause instanceof DOMException && cause.name === "NotSupportedError")) throw cannotVerify(cause);
  }
  const verify = await loadFallback();
  return verify(key, signature, message);
};

function cannotVerify(cause: unknown): FlagError {
  return new FlagError("SIGNATURE", "this browser cannot verify Ed25519", { cause });
}

/** A chunk that does not arrive is asked for again at the next verification. */
function loadFallback(): Promise<VerifySignature> {
  fallback ??= import("./noble-ed25519.js").then(
    (module) => module.verifySignature,
    (cause) => {
      fallback = undefined;
      return Promise.reject(new FlagError("UNREACHABLE", "the chunk that verifies Ed25519 did not load", { cause }));
    },
  );
  return fallback;
}

/** SHA-256. */
export async function digest(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await requireSubtle().digest("SHA-256", bytes as BufferSource));
}

/** WebCrypto exists in secure contexts only. */
function requireSubtle(): SubtleCrypto {
  const { subtle } = crypto;
  if (subtle as SubtleCrypto | undefined) return subtle;
  throw new FlagError("SIGNATURE", "only pages from https or localhost can verify signatures");
}
