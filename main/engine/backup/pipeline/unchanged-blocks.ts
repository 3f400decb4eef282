import { fingerprintBytes, type BlockMemory, type KnownFingerprints } from '#engine/repository/chunks';
import { blockState } from './leaf-builder.ts';

/** Marks as kept what was read and is as the restore point before has it. */
export function keepUnchanged(memory: BlockMemory, states: Uint8Array, before: KnownFingerprints): void {
  const comparable = (block: number): boolean => states[block] === blockState.read && before.known[block] === 1;
  const blocks = before.known.length;
  const then = wordsOf(before.bytes);
  for (let from = 0; from < blocks; from += 1) {
    if (!comparable(from)) continue;
    let to = from + 1;
    while (to < blocks && comparable(to)) to += 1;
    const now = wordsOf(memory.fingerprints(from, to));
    for (let block = from; block < to; block += 1)
      if (isSame(now, (block - from) * wordsEach, then, block * wordsEach)) states[block] = blockState.kept;
    from = to;
  }
}

/** Fingerprints are compared by words: there is one for every block of a disk, and `Buffer.compare` takes longer to look at what it is given. */
const wordsEach = fingerprintBytes / 4;

function wordsOf(fingerprints: Buffer): Int32Array {
  return new Int32Array(fingerprints.buffer, fingerprints.byteOffset, fingerprints.byteLength / 4);
}

function isSame(a: Int32Array, atA: number, b: Int32Array, atB: number): boolean {
  return a[atA] === b[atB] && a[atA + 1] === b[atB + 1] && a[atA + 2] === b[atB + 2] && a[atA + 3] === b[atB + 3];
}
