/** What a guest of the lab does when it starts from disks that are served: it finds its volumes, and writes down that it has booted. */
import { HostkeepError, type ErrorCode } from '#contract';
import type { WritableDisk } from '#engine/blocks';
import type { ScreenPicture } from '#engine/ports';
import { listPartitions, openFileSystem, openPartition } from '#engine/formats/volumes';
import { LoginRefused } from './iscsi/login.ts';
import { connectTarget, labInitiator, type IscsiSession } from './iscsi/session.ts';
import type { LabTarget } from './state.ts';

/** Between the partition table and the first partition, where boot loaders keep what they must remember. */
const recordOffset = 512 * 1024;
const recordBytes = 4096;
const recordMark = 'HOSTKEEP LAB BOOT ';

/** Logs in, finds the disks by their serial numbers, and logs out again. @throws HostkeepError host/target-* */
export async function withTarget<Result>(
  target: LabTarget,
  act: (disks: readonly WritableDisk[]) => Promise<Result>,
): Promise<Result> {
  const session = await login(target);
  try {
    const disks = target.serials.map((serial) => session.units.find((unit) => unit.serial === serial)?.disk);
    const missing = target.serials.filter((_, at) => disks[at] === undefined);
    if (missing.length > 0) throw new HostkeepError('host/target-disks-missing', { iqn: target.iqn, serials: missing });
    return await act(disks.map((disk) => disk!));
  } finally {
    await session.close();
  }
}

async function login({ address, port, iqn, chap }: LabTarget): Promise<IscsiSession> {
  try {
    return await connectTarget({ address, port }, { initiatorName: labInitiator, targetName: iqn, chap });
  } catch (cause) {
    const code: ErrorCode = cause instanceof LoginRefused ? 'host/target-refused' : 'host/target-unreachable';
    throw new HostkeepError(code, { address, port, iqn }, cause);
  }
}

/** A boot: every disk is looked through, and the first one notes how often it has been. @throws HostkeepError host/vm-start-failed, host/target-* */
export function bootOnce(target: LabTarget): Promise<void> {
  return withTarget(target, async (disks) => {
    if ((await volumesOn(disks)).length === 0) throw new HostkeepError('host/vm-start-failed', { why: 'no volume to boot from' });
    const disk = disks[0]!;
    if (!(await hasGap(disk))) return;
    const record = Buffer.alloc(recordBytes);
    await disk.read(recordOffset, record);
    const text = record.toString('latin1');
    const before = text.startsWith(recordMark) ? Number.parseInt(text.slice(recordMark.length), 10) : 0;
    await disk.write(recordOffset, Buffer.from(`${recordMark}${before + 1}\n`.padEnd(recordBytes, '\0'), 'latin1'));
    await disk.flush();
  });
}

async function hasGap(disk: WritableDisk): Promise<boolean> {
  const partitions = await listPartitions(disk);
  return partitions.every((partition) => partition.offset >= recordOffset + recordBytes);
}

/** Names of what lies at the roots of the volumes; null where the disks cannot be reached any more. */
export async function readsItsDisks(target: LabTarget): Promise<readonly string[] | null> {
  try {
    return await withTarget(target, volumesOn);
  } catch (error) {
    if (error instanceof HostkeepError && error.code.startsWith('host/target-')) return null;
    throw error;
  }
}

async function volumesOn(disks: readonly WritableDisk[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const disk of disks)
    for (const partition of await listPartitions(disk)) {
      try {
        const system = await openFileSystem(openPartition(disk, partition), partition.type);
        for (const entry of await system.list(await system.root())) {
          found.push(entry.name);
          if (found.length > 200) return found;
        }
      } catch (error) {
        // A volume that nobody can read is none to boot from; whether there is another is seen.
        if (!(error instanceof HostkeepError && error.code.startsWith('format/'))) throw error;
      }
    }
  return found;
}

const screen = { width: 160, height: 120 } as const;

/** A bar for each name that was read, as long as the name; nothing where nothing was read. */
export function drawScreen(names: readonly string[]): ScreenPicture {
  const { width, height } = screen;
  const rgb565 = Buffer.alloc(width * height * 2);
  for (const [line, name] of names.slice(0, 28).entries())
    for (let y = 4 + line * 4; y < 6 + line * 4; y += 1)
      for (let x = 4; x < Math.min(width, 4 + name.length * 6); x += 1) rgb565.writeUInt16LE(0x07e0, (y * width + x) * 2);
  return { width, height, rgb565 };
}
