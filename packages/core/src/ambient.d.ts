/** The two host globals that core may name: text to UTF-8 bytes and back. @module */
declare class TextEncoder {
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
  encode(source: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(source: Uint8Array): string;
}
