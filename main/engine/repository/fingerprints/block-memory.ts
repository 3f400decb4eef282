import { alignedMemory, type WasmMemory } from '#engine/bytes';
import { blockBytes } from '../chunker.ts';
import { deriveKey } from '../seal.ts';
import { nhModule } from './nh-module.ts';

/** The part of WebAssembly that is used here; its types come with browser libraries only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly host: { readonly memory: WasmMemory } },
  ) => { readonly exports: { fingerprint(data: number, end: number, key: number, out: number): void } };
};

/** Bytes of a block's fingerprint: two blocks that differ have the same one with a probability of 2^-64, whatever they hold. */
export const fingerprintBytes = 16;
const keyBytes = blockBytes + 16;

/** Page-aligned memory whose blocks can be fingerprinted where they lie. */
export interface BlockMemory {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  /** The fingerprints of some blocks: a view that stays until those blocks are asked for again. */
  fingerprints(fromBlock: number, toBlock: number): Buffer;
}

/** Makes memories for one repository, whose key seeds the fingerprints. */
export type BlockMemories = (bytes: number) => BlockMemory;

export function blockMemories(masterKey: Uint8Array): BlockMemories {
  const module = new WebAssembly.Module(Buffer.from(nhModule, 'base64'));
  const key = deriveKey(masterKey, 'block-fingerprints', keyBytes);
  return (bytes) => {
    const blocks = Math.ceil(bytes / blockBytes);
    const outAt = blocks * blockBytes;
    const keyAt = outAt + blocks * fingerprintBytes;
    const memory = alignedMemory(keyAt + keyBytes);
    key.copy(Buffer.from(memory.buffer, keyAt, keyBytes));
    const { fingerprint } = new WebAssembly.Instance(module, { host: { memory } }).exports;
    return {
      bytes: Buffer.from(memory.buffer, 0, bytes),
      words: new Uint32Array(memory.buffer, 0, Math.floor(bytes / 4)),
      fingerprints(fromBlock, toBlock) {
        const out = outAt + fromBlock * fingerprintBytes;
        if (fromBlock < toBlock) fingerprint(fromBlock * blockBytes, toBlock * blockBytes, keyAt, out);
        return Buffer.from(memory.buffer, out, (toBlock - fromBlock) * fingerprintBytes);
      },
    };
  };
}
