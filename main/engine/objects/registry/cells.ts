import { cursorOver, type Cursor } from '#engine/bytes';
import type { PagedBytes } from '../object-bytes.ts';
import { baseBlockBytes, corrupt, noCell } from './layout.ts';

/** Cells of a hive by their offsets; only those that are in use are given. */
export interface Cells {
  /** The content of a cell. @throws HostkeepError format/registry-corrupt */
  cell(offset: number, structure: string): Promise<Cursor>;
}

const largestCell = 2 * 1024 * 1024;

/** [REGF] "Hive bins data", "Cell": a negative size is that of a cell in use. */
export function cellsOf(bytes: PagedBytes, binsBytes: number): Cells {
  return {
    async cell(offset, structure) {
      if (offset === noCell || offset % 8 !== 0 || offset + 4 > binsBytes) throw corrupt(structure, { cell: offset });
      const size = -(await bytes.bytes(baseBlockBytes + offset, 4)).readInt32LE(0);
      if (size < 8 || size % 8 !== 0 || size > largestCell || offset + size > binsBytes)
        throw corrupt(structure, { cell: offset, size });
      const content = await bytes.bytes(baseBlockBytes + offset + 4, size - 4);
      return cursorOver(content, 'format/registry-corrupt', structure);
    },
  };
}
