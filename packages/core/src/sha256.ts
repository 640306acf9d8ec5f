/** SHA-256, synchronous: for exposure ids and hashed literals. @module */
import sha256Module from "fast-sha256";

// The package is CommonJS: bundlers give the function itself, Node its module object.
const sha256 = (sha256Module as { default?: unknown }).default ?? sha256Module;

/** The 32 bytes of a message's digest. */
export const sha256Of: (message: Uint8Array) => Uint8Array = sha256 as (message: Uint8Array) => Uint8Array;
