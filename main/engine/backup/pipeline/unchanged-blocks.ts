import { fingerprintBytes, type BlockMemory, type KnownFingerprints } from '#engine/repository/chunks';
import { blockState } from './leaf-builder.ts';

/** Marks as kept what was read and is as the restore point before has it. */
export function keepUnchanged(memory: BlockMemory, states: Uint8Array, before: KnownFingerprints): void {
  const comparable = (block: number): boolean => states[block] === blockState.read && before.known[block] === 1;
  const blocks = before.known.length;
  for (let from = 0; from < blocks; from += 1) {
    if (!comparable(from)) continue;
    let to = from + 1;
    while (to < blocks && comparable(to)) to += 1;
    const now = memory.fingerprints(from, to);
    for (let block = from; block < to; block += 1) {
      const at = block * fingerprintBytes;
      const here = (block - from) * fingerprintBytes;
      const same = now.compare(before.bytes, at, at + fingerprintBytes, here, here + fingerprintBytes) === 0;
      if (same) states[block] = blockState.kept;
    }
    from = to;
  }
}
