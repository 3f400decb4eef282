/** The part of WebAssembly that is used here; its types come with browser libraries only. */
declare const WebAssembly: {
  readonly Memory: new (descriptor: { readonly initial: number }) => WasmMemory;
};

/** Memory that a WebAssembly module can be given. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

const pageBytes = 64 * 1024;
/** Direct I/O wants memory, position and length in multiples of this. */
const directAlignment = 4096;
const aligned = new WeakSet<ArrayBufferLike>();

/**
 * Memory that starts on a page boundary, as direct I/O needs it. WebAssembly memory is the one allocation that
 * Node aligns without native code.
 */
export function alignedMemory(bytes: number): WasmMemory {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
  aligned.add(memory.buffer);
  return memory;
}

export function alignedBuffer(bytes: number): Buffer {
  return Buffer.from(alignedMemory(bytes).buffer, 0, bytes);
}

/** Whether memory came from `alignedMemory`, which lives as long as somebody knows it. */
export function isAlignedMemory(buffer: ArrayBufferLike): boolean {
  return aligned.has(buffer);
}

/** Whether these bytes can go past the page cache at that position: only those of an `alignedMemory` ever can. */
export function fitsDirectIo(position: number, bytes: Uint8Array): boolean {
  const whole =
    position % directAlignment === 0 && bytes.byteLength % directAlignment === 0 && bytes.byteOffset % directAlignment === 0;
  return whole && isAlignedMemory(bytes.buffer);
}
