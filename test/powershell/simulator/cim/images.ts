import type { ByteRange } from '#contract';
import { readLab } from '../../../../main/lab/state.ts';
import { takeFault, type World } from '../world.ts';
import type { Method } from './instance.ts';

const nothing = { ProcessedByteLength: 0, ChangedByteOffsets: null, ChangedByteLengths: null };
const partBytes = 24 * 1024 * 1024;
const granule = 32 * 1024;

/** Answers at most a part of what was asked, and coarser than what changed, as the real one may. */
const getVirtualDiskChanges: Method = async (world, given) => {
  if (takeFault(world, 'GetVirtualDiskChanges') !== undefined) return { ReturnValue: 32773, ...nothing };
  const ranges = await changesSince(world, String(given['LimitId']));
  if (ranges === undefined) return { ReturnValue: 32773, ...nothing };
  const from = Number(given['ByteOffset']);
  const part = Math.min(Number(given['ByteLength']), partBytes);
  const hits = ranges
    .map(({ offset, length }) => ({
      start: Math.max(from, Math.floor(offset / granule) * granule),
      end: Math.min(from + part, Math.ceil((offset + length) / granule) * granule),
    }))
    .filter(({ start, end }) => start < end);
  return {
    ReturnValue: 0,
    ProcessedByteLength: part,
    ChangedByteOffsets: hits.map((one) => one.start),
    ChangedByteLengths: hits.map((one) => one.end - one.start),
  };
};

async function changesSince(world: World, limit: string): Promise<readonly ByteRange[] | undefined> {
  const [, id, disk] = limit.split(':');
  const lab = await readLab(world.options.home);
  const point = Object.values(lab.vms)
    .flatMap((vm) => vm.referencePoints)
    .find((one) => one.id === id);
  return point?.changed[Number(disk)];
}

export const imageMethods: Readonly<Record<string, Method>> = { GetVirtualDiskChanges: getVirtualDiskChanges };
