/** The part of WebAssembly that is used here; its types come with browser libraries only. */
declare const WebAssembly: {
  readonly Memory: new (descriptor: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
};

const pageBytes = 64 * 1024;

/**
 * A buffer that starts on a page boundary, as direct I/O needs it. WebAssembly memory is the one allocation that
 * Node aligns without native code.
 */
export function alignedBuffer(bytes: number): Buffer {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
  return Buffer.from(memory.buffer, 0, bytes);
}
