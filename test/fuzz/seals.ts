/** exFAT: the sums of every set of entries in the block. */
export function sealExfat(block: Buffer): void {
  for (let at = 0; at + 96 <= block.length; at += 32) {
    const bytes = (block[at + 1]! + 1) * 32;
    if (block[at] !== 0x85 || at + bytes > block.length) continue;
    const set = block.subarray(at, at + bytes);
    let sum = 0;
    for (let index = 0; index < bytes; index += 1)
      if (index !== 2 && index !== 3) sum = (((sum & 1) === 1 ? 0x8000 : 0) + (sum >>> 1) + set[index]!) & 0xffff;
    set.writeUInt16LE(sum, 2);
  }
}
