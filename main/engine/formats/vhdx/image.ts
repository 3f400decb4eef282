import { HostkeepError } from '#contract';
import type { ImageFile } from '../image-file.ts';
import { blockAllocationTable, type BlockTable } from './block-table.ts';
import { corrupt, nullGuid, parseHeaders, parseRegions, type VhdxHeader, type VhdxRegions } from './header.ts';
import { batEntriesOf, fileSignature, headerSectionBytes, limits, mib } from './layout.ts';
import { replayLog } from './log.ts';
import { parseMetadata, type VhdxMetadata } from './metadata.ts';
import { replayedFile } from './replayed-file.ts';

/** One VHDX file, parsed; not yet joined with its parents. */
export interface VhdxImage {
  /** The file with its log replayed. */
  readonly file: ImageFile;
  readonly header: VhdxHeader;
  readonly regions: VhdxRegions;
  readonly metadata: VhdxMetadata;
  readonly table: BlockTable;
}

/** @throws HostkeepError format/vhdx-corrupt, format/vhdx-unsupported, format/vhdx-too-large */
export async function parseImage(raw: ImageFile): Promise<VhdxImage> {
  if (raw.sizeBytes < headerSectionBytes) throw corrupt('file');
  const section = await readPart(raw, { offset: 0, length: headerSectionBytes });
  if (section.toString('latin1', 0, fileSignature.length) !== fileSignature) throw corrupt('file identifier');
  const header = parseHeaders(section);
  const file =
    header.logGuid === nullGuid
      ? raw
      : replayedFile(
          raw,
          replayLog(await readPart(raw, { offset: header.logOffset, length: header.logLength }), header, raw.sizeBytes),
        );
  const regions = parseRegions(file === raw ? section : await readPart(file, { offset: 0, length: headerSectionBytes }));
  const metadata = parseMetadata(
    await readPart(file, { offset: regions.metadata.offset, length: Math.min(regions.metadata.length, 16 * mib) }),
  );
  const entries = batEntriesOf(metadata, metadata.differencing);
  if (entries * 8 > regions.bat.length) throw corrupt('block allocation table', { entries, bytes: regions.bat.length });
  if (entries * 8 > limits.batBytes)
    throw new HostkeepError('format/vhdx-too-large', { structure: 'block allocation table', bytes: entries * 8 });
  const bat = await readPart(file, { offset: regions.bat.offset, length: entries * 8 });
  return { file, header, regions, metadata, table: blockAllocationTable(bat, { metadata, fileBytes: file.sizeBytes }) };
}

async function readPart(file: ImageFile, part: { readonly offset: number; readonly length: number }): Promise<Buffer> {
  if (part.offset + part.length > file.sizeBytes)
    throw corrupt('file', { offset: part.offset, length: part.length, fileBytes: file.sizeBytes });
  const bytes = Buffer.alloc(part.length);
  await file.read(part.offset, bytes);
  return bytes;
}
