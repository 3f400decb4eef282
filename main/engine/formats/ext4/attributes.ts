import { cursorOver, type Cursor } from '#engine/bytes';
import type { FileDetails } from '../file-system.ts';
import { kernelAcl } from './acl.ts';
import { checksum, fourZeros, le64 } from './checksums.ts';
import type { Inode } from './inode.ts';
import { corrupt, hasChecksums } from './superblock.ts';
import { readBlock, type ExtVolume } from './volume.ts';

/** An extended attribute as it is stored ([EXT4] "Extended Attributes"). */
interface StoredAttribute {
  readonly prefix: number;
  readonly name: string;
  readonly value: Buffer | { readonly inode: number; readonly sizeBytes: number };
}

const magic = 0xea020000;
const prefixes: Readonly<Record<number, string>> = {
  0: '',
  1: 'user.',
  4: 'trusted.',
  6: 'security.',
  7: 'system.',
  8: 'system.richacl',
};
const acls: Readonly<Record<number, string>> = { 2: 'system.posix_acl_access', 3: 'system.posix_acl_default' };
const maximumValue = 64 * 1024;
const maximumEntries = 4096;

/** What a file keeps in its inode besides the fixed fields. */
function inlineAttributes(inode: Inode): readonly StoredAttribute[] {
  if (inode.extra.length < 8 || inode.extra.u32(0) !== magic) return [];
  return parseAttributes(inode.extra.sub(4, inode.extra.length - 4), 0);
}

/** The value of a short file, or the rest of it, kept in the inode: `system.data`. */
export function inlineRest(inode: Inode): Buffer | undefined {
  const found = inlineAttributes(inode).find(({ prefix, name }) => prefix === 7 && name === 'data');
  return Buffer.isBuffer(found?.value) ? found.value : undefined;
}

type ReadFile = (inode: Inode, offset: number, target: Uint8Array) => Promise<void>;

/** As the kernel shows them: names whole, access control lists in the form that `setxattr` takes. */
export async function attributesOf(volume: ExtVolume, inode: Inode, read: ReadFile): Promise<FileDetails['xattrs']> {
  const stored = [...inlineAttributes(inode), ...(await blockAttributes(volume, inode))];
  const shown: { name: string; value: Uint8Array }[] = [];
  for (const { prefix, name, value } of stored) {
    if (prefix === 7 && name === 'data') continue;
    const bytes = Buffer.isBuffer(value) ? value : await valueOf(volume, value, read);
    const acl = acls[prefix];
    if (acl !== undefined) shown.push({ name: acl, value: kernelAcl(bytes) });
    else if (prefixes[prefix] !== undefined) shown.push({ name: prefixes[prefix] + name, value: bytes });
  }
  return shown;
}

async function blockAttributes(volume: ExtVolume, inode: Inode): Promise<readonly StoredAttribute[]> {
  if (inode.attributeBlock === 0) return [];
  const block = await readBlock(volume, inode.attributeBlock);
  if (block.readUInt32LE(0) !== magic || block.readUInt32LE(8) !== 1)
    throw corrupt('extended attributes', { inode: inode.number });
  if (hasChecksums(volume.superblock)) {
    const { seed } = volume.superblock;
    const sum = checksum(seed, le64(inode.attributeBlock), block.subarray(0, 16), fourZeros, block.subarray(20));
    if (sum !== block.readUInt32LE(16)) throw corrupt('extended attributes', { inode: inode.number, checksum: 'wrong' });
  }
  return parseAttributes(cursorOver(block, 'format/ext4-corrupt', 'extended attributes'), 32);
}

/** `start` is where the entries begin; offsets of values count from the cursor's start. */
function parseAttributes(cursor: Cursor, start: number): readonly StoredAttribute[] {
  const found: StoredAttribute[] = [];
  for (let at = start; at + 16 <= cursor.length && cursor.u32(at) !== 0;) {
    const nameLength = cursor.u8(at);
    const [valueAt, inode, sizeBytes] = [cursor.u16(at + 2), cursor.u32(at + 4), cursor.u32(at + 8)];
    if (sizeBytes > maximumValue || found.length >= maximumEntries) throw corrupt('extended attributes', { sizeBytes });
    const name = cursor.bytes(at + 16, nameLength).toString('utf8');
    const value = inode === 0 ? Buffer.from(cursor.bytes(valueAt, sizeBytes)) : { inode, sizeBytes };
    found.push({ prefix: cursor.u8(at + 1), name, value });
    at += 16 + Math.ceil(nameLength / 4) * 4;
  }
  return found;
}

/** A large value has an inode of its own. */
async function valueOf(
  volume: ExtVolume,
  place: { readonly inode: number; readonly sizeBytes: number },
  read: ReadFile,
): Promise<Buffer> {
  const inode = await volume.inodeOf(place.inode);
  if (inode.sizeBytes !== place.sizeBytes) throw corrupt('extended attributes', { valueInode: place.inode });
  const bytes = Buffer.alloc(place.sizeBytes);
  await read(inode, 0, bytes);
  return bytes;
}
