import { corrupt } from './superblock.ts';

/** Tags whose entries name a user or a group. */
const named = new Set([0x02, 0x08]);
const noId = 0xffffffff;

/**
 * A POSIX access control list as the kernel's `getxattr` gives it (version 2: every entry with an id) from the shorter form on
 * the disk (version 1: ids only where they mean something). Also of ext2 and ext3. @throws HostkeepError format/ext4-corrupt
 */
export function kernelAcl(stored: Buffer): Buffer {
  if (stored.length < 4 || stored.readUInt32LE(0) !== 1) throw corrupt('access control list');
  const entries: Buffer[] = [Buffer.from([2, 0, 0, 0])];
  for (let at = 4; at < stored.length;) {
    const isNamed = at + 4 <= stored.length && named.has(stored.readUInt16LE(at));
    const length = isNamed ? 8 : 4;
    if (at + length > stored.length) throw corrupt('access control list', { bytes: stored.length });
    const entry = Buffer.alloc(8);
    stored.copy(entry, 0, at, at + length);
    if (!isNamed) entry.writeUInt32LE(noId, 4);
    entries.push(entry);
    at += length;
  }
  return Buffer.concat(entries);
}
