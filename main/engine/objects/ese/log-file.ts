import { cursorOver } from '#engine/bytes';
import type { ObjectBytes } from '../object-bytes.ts';
import { readInBounds } from '../read-in-bounds.ts';
import { checkpointHeader, databaseHeader, headerBytes, headerChecksum, logHeader as field, logTime } from './layout.ts';

/** One log file of an ESE database: a generation. */
export interface EseLog {
  readonly generation: number;
  /** Equal to that of the databases that it belongs to, in hex. */
  readonly signature: string;
  readonly version: string;
  readonly createdAt: string | null;
}

/** The header of a log file; undefined for what is none, or is damaged: then it serves for no replay either. */
export async function readEseLog(source: ObjectBytes): Promise<EseLog | undefined> {
  if (source.sizeBytes < headerBytes) return undefined;
  const bytes = await readInBounds(source, 0, headerBytes, 'format/ese-corrupt');
  const header = cursorOver(bytes, 'format/ese-corrupt', 'log header');
  const generation = header.u32(field.generation);
  if (headerChecksum(bytes) !== header.u32(field.checksum) || generation === 0 || generation > 0x7fffffff) return undefined;
  return {
    generation,
    signature: header.bytes(field.signature, databaseHeader.signatureBytes).toString('hex'),
    version: `${header.u32(field.major)}.${header.u32(field.minor)}`,
    createdAt: logTime(header.bytes(field.createdAt, 8)),
  };
}

/** The signature of the log files that a checkpoint file speaks of, in hex; undefined for what is too short to be one. */
export async function readEseCheckpoint(source: ObjectBytes): Promise<string | undefined> {
  const end = checkpointHeader.signature + databaseHeader.signatureBytes;
  if (source.sizeBytes < end) return undefined;
  return (await readInBounds(source, 0, end, 'format/ese-corrupt')).toString('hex', checkpointHeader.signature, end);
}
