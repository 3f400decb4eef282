import type { ImageFile } from '../image-file.ts';
import { corruptVhd, parseFooter, parseHeader, vhd, type VhdFooter, type VhdHeader } from './layout.ts';

/** A parsed VHD file. */
export interface VhdImage {
  readonly file: ImageFile;
  readonly footer: VhdFooter;
  /** Missing for a fixed disk. */
  readonly header: VhdHeader | undefined;
  /** First sector of each block's bitmap, `unusedBlock` where there is none. */
  readonly table: Uint32Array;
}

/** @throws HostkeepError format/vhd-corrupt, format/vhd-unsupported */
export async function parseVhd(file: ImageFile): Promise<VhdImage> {
  const footer = await findFooter(file);
  if (footer === undefined) throw corruptVhd('footer');
  if (footer.sizeBytes === 0 || footer.sizeBytes % vhd.sectorBytes !== 0)
    throw corruptVhd('footer', { sizeBytes: footer.sizeBytes });
  if (footer.kind === 'fixed') {
    if (footer.sizeBytes > file.sizeBytes - vhd.footerBytes) throw corruptVhd('footer', { sizeBytes: footer.sizeBytes });
    return { file, footer, header: undefined, table: new Uint32Array(0) };
  }
  const header = parseHeader(await bytesAt(file, footer.headerPosition, vhd.headerBytes));
  const blocks = Math.ceil(footer.sizeBytes / header.blockSize);
  if (blocks > header.tableEntries) throw corruptVhd('block allocation table', { blocks, entries: header.tableEntries });
  const raw = await bytesAt(file, header.tablePosition, blocks * 4);
  return { file, footer, header, table: Uint32Array.from({ length: blocks }, (_, block) => raw.readUInt32BE(block * 4)) };
}

/** The footer at the end; when it is damaged, the copy that dynamic disks keep at the start. */
async function findFooter(file: ImageFile): Promise<VhdFooter | undefined> {
  if (file.sizeBytes < vhd.footerBytes) return undefined;
  const last = parseFooter(await bytesAt(file, file.sizeBytes - vhd.footerBytes, vhd.footerBytes));
  if (last !== undefined) return last;
  const first = parseFooter(await bytesAt(file, 0, vhd.footerBytes));
  return first?.kind === 'fixed' ? undefined : first;
}

/** Whether the file is a VHD. A volume that was cut out of a fixed one ends in the footer of the whole, and is a raw image. */
export async function isVhd(file: ImageFile): Promise<boolean> {
  const footer = await findFooter(file);
  return footer !== undefined && (footer.kind !== 'fixed' || footer.sizeBytes <= file.sizeBytes - vhd.footerBytes);
}

async function bytesAt(file: ImageFile, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await file.read(position, bytes);
  return bytes;
}
