/** Reading and checking bytes of on-disk structures. Knows no format. */
export { crc32c } from './crc32c.ts';
export { cursorOver, parseGuid, writeGuid, type Cursor } from './cursor.ts';
export { giveBack, ownMemory } from './give-back.ts';
export { alignedBuffer, alignedMemory, fitsDirectIo, type WasmMemory } from './aligned-buffer.ts';
export { onceEach } from './once-each.ts';
export { isPowerOfTwo } from './power-of-two.ts';
export { firstEndingAfter } from './ranges.ts';
export { budget, type Budget } from './budget.ts';
