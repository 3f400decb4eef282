import type { FileDetails } from '../file-system.ts';
import { forkReader, type ForkBlocks, type XfsVolume } from './content.ts';
import type { Inode } from './inode.ts';
import { corrupt, isSealed, type Superblock } from './superblock.ts';

interface StoredAttribute {
  readonly flags: number;
  readonly name: Buffer;
  readonly value: Buffer;
}

/** [XFS] "Extended Attributes". */
const flags = { local: 1, trusted: 2, secure: 4, parent: 8, incomplete: 0x80 } as const;
const acls = new Map([
  ['SGI_ACL_FILE', 'system.posix_acl_access'],
  ['SGI_ACL_DEFAULT', 'system.posix_acl_default'],
]);
const maximumAttributes = 65_536;
const maximumValue = 64 * 1024;

/** As the kernel shows them: with the name of their space, access control lists in the form that `setxattr` takes too. */
export async function attributesOf(volume: XfsVolume, inode: Inode): Promise<FileDetails['xattrs']> {
  const shown: { name: string; value: Uint8Array }[] = [];
  for (const { flags: bits, name, value } of await storedAttributes(volume, inode)) {
    if ((bits & (flags.parent | flags.incomplete)) !== 0) continue;
    const space = (bits & flags.trusted) !== 0 ? 'trusted' : (bits & flags.secure) !== 0 ? 'security' : 'user';
    const text = name.toString('utf8');
    shown.push({ name: `${space}.${text}`, value });
    const acl = space === 'trusted' ? acls.get(text) : undefined;
    if (acl !== undefined) shown.push({ name: acl, value: kernelAcl(value) });
  }
  return shown;
}

async function storedAttributes(volume: XfsVolume, inode: Inode): Promise<readonly StoredAttribute[]> {
  const fork = inode.attributes;
  if (fork === undefined) return [];
  if (fork.format === 'local') return parseShort(fork.bytes);
  if (fork.format === 'extents' && fork.extents === 0) return [];
  const { read } = await forkReader(volume, fork);
  return readLeaves(volume.superblock, read);
}

/** "Short Form Attributes". */
function parseShort(bytes: Buffer): readonly StoredAttribute[] {
  const found: StoredAttribute[] = [];
  let at = 4;
  for (let index = 0; index < bytes[2]!; index += 1) {
    if (at + 3 > bytes.length) throw corrupt('attributes');
    const [nameLength, valueLength] = [bytes[at]!, bytes[at + 1]!];
    const valueAt = at + 3 + nameLength;
    if (valueAt + valueLength > bytes.length) throw corrupt('attributes');
    const [name, value] = [bytes.subarray(at + 3, valueAt), bytes.subarray(valueAt, valueAt + valueLength)];
    found.push({ flags: bytes[at + 2]!, name, value });
    at = valueAt + valueLength;
  }
  return found;
}

const leafMagics = new Set([0xfbee, 0x3bee]);
const nodeMagics = new Set([0xfebe, 0x3ebe]);
const deepest = 8;

/** Down the left edge of the tree to its first leaf, then from leaf to leaf. */
async function readLeaves(superblock: Superblock, read: ForkBlocks): Promise<readonly StoredAttribute[]> {
  const { isVersion5 } = superblock;
  let block = 0;
  let bytes = await read(block, 1);
  for (let depth = 0; nodeMagics.has(bytes.readUInt16BE(8)); depth += 1) {
    checkBlock(superblock, bytes, depth);
    block = bytes.readUInt32BE((isVersion5 ? 64 : 16) + 4);
    bytes = await read(block, 1);
  }
  const found: StoredAttribute[] = [];
  const visited = new Set<number>();
  for (;;) {
    checkBlock(superblock, bytes, 0);
    if (!leafMagics.has(bytes.readUInt16BE(8)) || visited.has(block)) throw corrupt('attributes', { block });
    visited.add(block);
    for (const attribute of await parseLeaf(superblock, bytes, read)) found.push(attribute);
    if (found.length > maximumAttributes) throw corrupt('attributes', { count: found.length });
    block = bytes.readUInt32BE(0);
    if (block === 0) return found;
    bytes = await read(block, 1);
  }
}

function checkBlock({ isVersion5 }: Superblock, bytes: Buffer, depth: number): void {
  if (depth > deepest || (isVersion5 && !isSealed(bytes, 12))) throw corrupt('attributes', { checksum: 'wrong' });
}

/** "Leaf Attributes". */
async function parseLeaf(superblock: Superblock, bytes: Buffer, read: ForkBlocks): Promise<readonly StoredAttribute[]> {
  const { isVersion5 } = superblock;
  const count = bytes.readUInt16BE(isVersion5 ? 56 : 12);
  const start = isVersion5 ? 80 : 32;
  if (start + count * 8 > bytes.length) throw corrupt('attributes', { count });
  const found: StoredAttribute[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = bytes.readUInt16BE(start + index * 8 + 4);
    const bits = bytes[start + index * 8 + 6]!;
    const isLocal = (bits & flags.local) !== 0;
    const header = isLocal ? 3 : 9;
    if (at + header > bytes.length) throw corrupt('attributes', { entry: index });
    const nameLength = bytes[at + header - 1]!;
    const valueLength = isLocal ? bytes.readUInt16BE(at) : bytes.readUInt32BE(at + 4);
    const nameEnd = at + header + nameLength;
    if (nameEnd + (isLocal ? valueLength : 0) > bytes.length || valueLength > maximumValue)
      throw corrupt('attributes', { valueLength });
    const value = isLocal
      ? bytes.subarray(nameEnd, nameEnd + valueLength)
      : await remoteValue(superblock, read, { block: bytes.readUInt32BE(at), length: valueLength });
    found.push({ flags: bits, name: bytes.subarray(at + header, nameEnd), value });
  }
  return found;
}

const remoteHeader = 56;

/** "Remote Attribute Values": blocks with a header each where there are checksums. */
async function remoteValue(
  { blockSize, isVersion5 }: Superblock,
  read: ForkBlocks,
  place: { readonly block: number; readonly length: number },
): Promise<Buffer> {
  const perBlock = blockSize - (isVersion5 ? remoteHeader : 0);
  const pieces: Buffer[] = [];
  for (let index = 0; index * perBlock < place.length; index += 1) {
    const block = await read(place.block + index, 1);
    if (isVersion5 && (block.toString('latin1', 0, 4) !== 'XARM' || !isSealed(block, 12))) throw corrupt('attribute value');
    pieces.push(block.subarray(blockSize - perBlock));
  }
  return Buffer.concat(pieces).subarray(0, place.length);
}

/** From XFS's own form (big-endian: count, then tag, id, permissions) to the kernel's version 2. */
function kernelAcl(stored: Buffer): Buffer {
  const count = stored.length < 4 ? 0 : stored.readUInt32BE(0);
  if (4 + count * 12 > stored.length) throw corrupt('access control list', { count });
  const acl = Buffer.alloc(4 + count * 8);
  acl.writeUInt32LE(2, 0);
  for (let index = 0; index < count; index += 1) {
    const at = 4 + index * 12;
    const tag = stored.readUInt32BE(at);
    acl.writeUInt16LE(tag & 0xffff, 4 + index * 8);
    acl.writeUInt16LE(stored.readUInt16BE(at + 8), 6 + index * 8);
    acl.writeUInt32LE(tag === 2 || tag === 8 ? stored.readUInt32BE(at + 4) : 0xffffffff, 8 + index * 8);
  }
  return acl;
}
