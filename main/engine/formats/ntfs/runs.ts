import type { BlockSource } from '#engine/blocks';
import type { NtfsGeometry } from './boot.ts';
import { corrupt } from './damage.ts';
import { nonResidentHeader } from './layout.ts';
import type { Attribute } from './record.ts';

/** A run of clusters; `cluster` is null where nothing is allocated. `first` counts from the start of the stream. */
export interface Run {
  readonly first: number;
  readonly clusters: number;
  readonly cluster: number | null;
}

/** Runs of one stream; more than a volume's worth of attribute list can name is damage. */
const maximumRuns = 4_000_000;

/** The mapping pairs ([NTFS] "Concept - Data Runs"): length and signed distance of each run, in as few bytes as they need. */
function parseRuns(attribute: Attribute, volumeClusters: number): readonly Run[] {
  const { bytes } = attribute;
  const runs: Run[] = [];
  let cluster = 0;
  let first = attribute.lowestVcn;
  for (let at = bytes.readUInt16LE(nonResidentHeader.runsOffset); at < bytes.length;) {
    const sizes = bytes.readUInt8(at);
    if (sizes === 0) return checkedEnd(attribute, runs, first);
    const [lengthBytes, offsetBytes] = [sizes & 15, sizes >>> 4];
    if (lengthBytes === 0 || lengthBytes > 6 || offsetBytes > 6 || at + 1 + lengthBytes + offsetBytes > bytes.length)
      throw corrupt('run list');
    const clusters = bytes.readUIntLE(at + 1, lengthBytes);
    if (offsetBytes > 0) cluster += bytes.readIntLE(at + 1 + lengthBytes, offsetBytes);
    if (clusters === 0 || cluster < 0 || (offsetBytes > 0 && cluster + clusters > volumeClusters))
      throw corrupt('run list', { cluster, clusters });
    runs.push({ first, clusters, cluster: offsetBytes === 0 ? null : cluster });
    first += clusters;
    at += 1 + lengthBytes + offsetBytes;
  }
  throw corrupt('run list', { end: 'missing' });
}

/** The header says where the piece ends; some writers leave a zero there. */
function checkedEnd(attribute: Attribute, runs: readonly Run[], end: number): readonly Run[] {
  const highest = attribute.bytes.readBigInt64LE(nonResidentHeader.highestVcn);
  if (highest !== 0n && highest !== BigInt(end) - 1n) throw corrupt('run list', { end, highest: String(highest) });
  return runs;
}

/** The runs of all pieces of an attribute, which must follow each other without a gap. */
export function joinRuns(pieces: readonly Attribute[], geometry: NtfsGeometry): readonly Run[] {
  const runs: Run[] = [];
  for (const piece of pieces.toSorted((a, b) => a.lowestVcn - b.lowestVcn)) {
    if (piece.lowestVcn !== endOf(runs)) throw corrupt('run list', { expected: endOf(runs), found: piece.lowestVcn });
    for (const run of parseRuns(piece, geometry.clusters)) runs.push(run);
    if (runs.length > maximumRuns) throw corrupt('run list', { runs: runs.length });
  }
  if (!Number.isSafeInteger(endOf(runs) * geometry.clusterSize)) throw corrupt('run list', { clusters: endOf(runs) });
  return runs;
}

/** Clusters that the runs cover. */
export function endOf(runs: readonly Run[]): number {
  const last = runs.at(-1);
  return last === undefined ? 0 : last.first + last.clusters;
}

/** The index of the run that holds a cluster of the stream, by bisection; the number of runs when none does. */
export function runAt(runs: readonly Run[], vcn: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const run = runs[middle]!;
    if (run.first + run.clusters <= vcn) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface RunReader {
  readonly source: BlockSource;
  readonly geometry: NtfsGeometry;
}

/** Fills `target` from a byte of the stream on; zeros where nothing is allocated. @throws format/ntfs-corrupt past the runs */
export async function readRuns(from: RunReader, runs: readonly Run[], offset: number, target: Uint8Array): Promise<void> {
  const { clusterSize } = from.geometry;
  const end = offset + target.byteLength;
  let done = offset;
  for (let index = runAt(runs, Math.floor(offset / clusterSize)); done < end; index += 1) {
    const run = runs[index];
    if (run === undefined) throw corrupt('run list', { covered: done, wanted: end });
    const inRun = done - run.first * clusterSize;
    const length = Math.min(end - done, run.clusters * clusterSize - inRun);
    const part = target.subarray(done - offset, done - offset + length);
    if (run.cluster === null) part.fill(0);
    else await from.source.read(run.cluster * clusterSize + inRun, part);
    done += length;
  }
}
