import type { ByteRange, ErrorCode } from '#contract';
import type { FileKind } from '../formats/file-system.ts';

/** One name of one file, as a catalogue keeps it. */
export interface CatalogRow {
  /** The file system's own number of the file. */
  readonly id: number;
  /** The folder it is in; the root is its own parent. */
  readonly parentId: number;
  /** As the file system has it; empty for the root. */
  readonly name: string;
  readonly type: FileKind;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number | null;
  readonly unreadable: ErrorCode | null;
  /** Where on the volume the file's own record lies. */
  readonly metadataOffset: number | null;
  /** Where on the volume its content lies, in the order of the file and in whole units of 512 bytes. */
  readonly places: readonly ByteRange[];
}

/** Names are searched in this form: composed, and in lower case. A name that holds the separator is found without it. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase().toWellFormed().replaceAll(nameSeparator, '\ufffd');
}

export const nameSeparator = '\0';
