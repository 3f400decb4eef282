import { corrupt } from './damage.ts';
import { decodeLznt1 } from './lznt1.ts';
import type { AttributeSizes } from './record.ts';
import { readRuns, runAt, type Run, type RunReader } from './runs.ts';
import type { ByteStream } from './stream.ts';

/** NTFS compresses in units of 16 clusters of at most 4 KiB. */
const largestUnit = 1024 * 1024;
const keptUnits = 4;

/**
 * An LZNT1-compressed attribute ([NTFS] "Concept - Compression"). Each unit of clusters stands for itself: all clusters are
 * there and it is plain, none is and it is zero, or some are, and they hold its compressed bytes.
 */
export function compressedStream(from: RunReader, runs: readonly Run[], sizes: AttributeSizes): ByteStream {
  const { clusterSize } = from.geometry;
  const unitClusters = 2 ** sizes.compressionUnit;
  const unitBytes = unitClusters * clusterSize;
  if (unitBytes > largestUnit) throw corrupt('compression unit', { bytes: unitBytes });
  const kept = new Map<number, Promise<Buffer>>();

  const load = async (unit: number): Promise<Buffer> => {
    const output = Buffer.alloc(unitBytes);
    const present = allocatedAt(runs, unit * unitClusters, unitClusters);
    if (present === unitClusters) await readRuns(from, runs, unit * unitBytes, output);
    else if (present > 0) {
      const input = Buffer.alloc(present * clusterSize);
      await readRuns(from, runs, unit * unitBytes, input);
      decodeLznt1(input, output);
    }
    return output;
  };
  const unitAt = (unit: number): Promise<Buffer> => {
    const known = kept.get(unit);
    if (known !== undefined) return known;
    if (kept.size >= keptUnits) kept.delete(kept.keys().next().value!);
    const loading = load(unit);
    kept.set(unit, loading);
    loading.catch(() => kept.delete(unit));
    return loading;
  };
  return {
    sizeBytes: sizes.size,
    allocatedBytes: sizes.allocated,
    storage: 'compressed',
    runs,
    async read(offset, target) {
      const end = Math.min(offset + target.byteLength, Math.max(offset, sizes.initialized));
      target.fill(0, end - offset);
      for (let at = offset; at < end;) {
        const unit = Math.floor(at / unitBytes);
        const to = Math.min(end, (unit + 1) * unitBytes);
        target.set((await unitAt(unit)).subarray(at - unit * unitBytes, to - unit * unitBytes), at - offset);
        at = to;
      }
    },
  };
}

/** How many of a unit's clusters are there before the first that is not. */
function allocatedAt(runs: readonly Run[], first: number, count: number): number {
  let present = 0;
  for (let index = runAt(runs, first); present < count; index += 1) {
    const run = runs[index];
    if (run === undefined) throw corrupt('run list', { unit: first });
    if (run.cluster === null) return present;
    present = Math.min(count, run.first + run.clusters - first);
  }
  return present;
}
