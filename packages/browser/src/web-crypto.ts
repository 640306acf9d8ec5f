/** Ed25519 and SHA-256 by the browser's own WebCrypto. @module */
import { FlagError, type VerifySignature } from "@aplomb/core";

/** Verifies one signature. */
export const verifySignature: VerifySignature = async (key, signature, message) => {
  const subtle = requireSubtle();
  const verified = subtle
    .importKey("raw", key.publicKey as BufferSource, "Ed25519", false, ["verify"])
    .then((imported) => subtle.verify("Ed25519", imported, signature as BufferSource, message as BufferSource));
  return verified.catch((cause) =>
    Promise.reject(new FlagError("SIGNATURE", "this browser cannot verify Ed25519", { cause })),
  );
};

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
