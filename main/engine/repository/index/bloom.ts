import { chunkIdBytes } from '../chunk-id.ts';

/** Ten bits and six probes per id: about one false "maybe" in a hundred. */
const bitsPerId = 10;
const probes = 6;

/** A filter that says "certainly not here" of most ids that are not. Ids are keyed hashes, so their own bytes are the probes. */
export function newBloom(ids: number): Uint8Array {
  const bytes = Math.max(64, Math.ceil((ids * bitsPerId) / 8));
  return new Uint8Array(new SharedArrayBuffer(bytes));
}

export function bloomAdd(filter: Uint8Array, ids: Buffer, at: number): void {
  for (let probe = 0; probe < probes; probe += 1) {
    const bit = probeBit(filter, ids, at, probe);
    filter[Math.floor(bit / 8)]! |= 1 << (bit % 8);
  }
}

export function bloomMayHave(filter: Uint8Array, ids: Buffer, at: number): boolean {
  for (let probe = 0; probe < probes; probe += 1) {
    const bit = probeBit(filter, ids, at, probe);
    if ((filter[Math.floor(bit / 8)]! & (1 << (bit % 8))) === 0) return false;
  }
  return true;
}

/** Two 48-bit numbers of the id give all probes (Kirsch and Mitzenmacher's double hashing). */
function probeBit(filter: Uint8Array, ids: Buffer, at: number, probe: number): number {
  const first = ids.readUIntLE(at, 6);
  const second = ids.readUIntLE(at + chunkIdBytes - 6, 5) | 1;
  const mixed = first + probe * (second >>> 0);
  return mixed % (filter.byteLength * 8);
}
