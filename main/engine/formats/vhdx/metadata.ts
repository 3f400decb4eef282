import { HostkeepError } from '#contract';
import { cursorOver, type Cursor } from '#engine/bytes';
import { corrupt } from './header.ts';
import {
  limits,
  maximumMetadataEntries,
  metadataGuid,
  metadataSignature,
  metadataTableBytes,
  parentLocatorType,
  type VhdxGeometry,
} from './layout.ts';

export interface VhdxMetadata extends VhdxGeometry {
  readonly diskId: string;
  readonly fixed: boolean;
  readonly differencing: boolean;
  /** Key-value pairs of the parent locator [2.6.2.6]; empty without a parent. */
  readonly parent: ReadonlyMap<string, string>;
}

/** What the metadata region says [2.6]; `region` holds all of it that matters. */
export function parseMetadata(region: Buffer): VhdxMetadata {
  const cursor = cursorOver(region, 'format/vhdx-corrupt', 'metadata');
  if (cursor.ascii(0, 8) !== metadataSignature) throw corrupt('metadata');
  const items = parseItems(cursor);
  const item = (guid: string, bytes: number): Cursor => {
    const found = items.get(guid);
    if (found === undefined || found.length < bytes) throw corrupt('metadata', { item: guid });
    return found;
  };
  const flags = item(metadataGuid.fileParameters, 8).u32(4);
  const geometry = {
    blockSize: item(metadataGuid.fileParameters, 8).u32(0),
    sizeBytes: item(metadataGuid.virtualDiskSize, 8).u64(0),
    logicalSectorSize: item(metadataGuid.logicalSectorSize, 4).u32(0),
    physicalSectorSize: item(metadataGuid.physicalSectorSize, 4).u32(0),
  };
  checkGeometry(geometry);
  const differencing = (flags & 2) !== 0;
  return {
    ...geometry,
    diskId: item(metadataGuid.virtualDiskId, 16).guid(0),
    fixed: (flags & 1) !== 0,
    differencing,
    parent: differencing ? parseParentLocator(item(metadataGuid.parentLocator, 20)) : new Map(),
  };
}

function parseItems(cursor: Cursor): ReadonlyMap<string, Cursor> {
  const known = new Set<string>(Object.values(metadataGuid));
  const count = cursor.u16(10);
  if (count > maximumMetadataEntries) throw corrupt('metadata');
  const items = new Map<string, Cursor>();
  for (let row = 0; row < count; row += 1) {
    const at = 32 + row * 32;
    const guid = cursor.guid(at);
    const flags = cursor.u32(at + 24);
    const [isUser, isRequired] = [(flags & 1) !== 0, (flags & 4) !== 0];
    if (!known.has(guid) || isUser) {
      if (isRequired) throw new HostkeepError('format/vhdx-unsupported', { metadata: guid });
      continue;
    }
    const [offset, length] = [cursor.u32(at + 16), cursor.u32(at + 20)];
    if (items.has(guid) || offset < metadataTableBytes || length > limits.metadataItemBytes)
      throw corrupt('metadata', { item: guid });
    items.set(guid, cursor.sub(offset, length));
  }
  return items;
}

function checkGeometry(geometry: VhdxGeometry): void {
  const { blockSize, sizeBytes, logicalSectorSize, physicalSectorSize } = geometry;
  const sectors = [512, 4096];
  const blockSound =
    blockSize >= limits.blockSize.least && blockSize <= limits.blockSize.most && Number.isInteger(Math.log2(blockSize));
  const sizeSound = sizeBytes > 0 && sizeBytes <= limits.diskBytes && sizeBytes % logicalSectorSize === 0;
  if (!sectors.includes(logicalSectorSize) || !sectors.includes(physicalSectorSize) || !blockSound || !sizeSound) {
    throw corrupt('metadata', { blockSize, sizeBytes, logicalSectorSize, physicalSectorSize });
  }
}

function parseParentLocator(cursor: Cursor): ReadonlyMap<string, string> {
  const type = cursor.guid(0);
  if (type !== parentLocatorType) throw new HostkeepError('format/vhdx-unsupported', { parentLocator: type });
  const pairs = new Map<string, string>();
  const count = cursor.u16(18);
  for (let row = 0; row < count; row += 1) {
    const at = 20 + row * 12;
    const key = cursor.utf16(cursor.u32(at), cursor.u16(at + 8));
    pairs.set(key, cursor.utf16(cursor.u32(at + 4), cursor.u16(at + 10)));
  }
  return pairs;
}
