import { corrupt } from './damage.ts';

/** Sequence numbers stand at the end of every 512 bytes, whatever the sector size is. */
const strideBytes = 512;

/**
 * Undoes the update sequence ([NTFS] "Concept - Fixup"): the last two bytes of every 512 are kept in an array, and all of them
 * were replaced by one number, so that a block written in part is known. Changes `bytes`. @throws format/ntfs-corrupt
 */
export function undoFixups(bytes: Buffer, magic: 'FILE' | 'INDX' | 'RSTR'): void {
  if (bytes.length < strideBytes || bytes.toString('latin1', 0, 4) !== magic)
    throw corrupt(magic, { found: bytes.toString('hex', 0, 4) });
  const [arrayAt, count] = [bytes.readUInt16LE(4), bytes.readUInt16LE(6)];
  if (count !== bytes.length / strideBytes + 1 || arrayAt + count * 2 > strideBytes) throw corrupt(magic, { fixups: count });
  const check = bytes.readUInt16LE(arrayAt);
  for (let sector = 1; sector < count; sector += 1) {
    const at = sector * strideBytes - 2;
    if (bytes.readUInt16LE(at) !== check) throw corrupt(magic, { sector: sector - 1, state: 'written in part' });
    bytes.writeUInt16LE(bytes.readUInt16LE(arrayAt + sector * 2), at);
  }
}
