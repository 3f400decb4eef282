/** Of a guest that is off nobody can be asked: its volumes tell whether it ended by itself, or was cut off. */
import { HostkeepError, type ConsistencyPolicy, type StepReport } from '#contract';
import { throttled, type BlockSource } from '#engine/blocks';
import type { BackupSession, SessionDisk, VmFacts } from '#engine/ports';
import { openDisk } from '../formats/open-disk.ts';
import { readLoad, readPace, type ReadLoad } from './load/read-load.ts';

interface Options {
  readonly vm: VmFacts;
  readonly policy: ConsistencyPolicy;
  readonly load: ReadLoad | undefined;
}

/**
 * The session with what its volumes let it claim: the disks of a VM that was switched off hard are as after a power failure, whatever the
 * host says of them. @throws HostkeepError host/consistency-not-reached where the job requires more
 */
export async function asVolumesSay(
  session: BackupSession,
  { vm, policy, load }: Options,
  report: (step: StepReport) => void,
): Promise<BackupSession> {
  if (vm.state !== 'off' || session.consistency === 'crash') return session;
  const volume = await volumeInUse(session.disks, load ?? readLoad());
  if (volume === null) return session;
  const consistencyNote = `the VM is off, and ${volume} was still in use when its guest ended`;
  report({ step: 'ready', side: 'guest', state: 'warning', detail: consistencyNote });
  if (policy === 'require') throw new HostkeepError('host/consistency-not-reached', { vm: vm.name, says: consistencyNote });
  return { ...session, consistency: 'crash', consistencyNote };
}

/** The name of a volume that was in use; null where none says so. What cannot be read here (encrypted, of a kind of its own, damaged) says nothing. */
async function volumeInUse(disks: readonly SessionDisk[], load: ReadLoad): Promise<string | null> {
  // The file systems are loaded by those runs alone that look into them.
  const { placeVolumes } = await import('./skip/guest-layout.ts');
  const { openFileSystem } = await import('../formats/volumes/index.ts');
  const pace = readPace(load.memory);
  const open: BlockSource[] = [];
  try {
    for (const { source } of disks) {
      // One that cannot be opened fails when it is read, or is left out because it is broken.
      const disk = await orUntold(() => openDisk(source));
      if (disk !== undefined) open.push(throttled(disk, pace));
    }
    for (const { name, source } of await placeVolumes(open)) {
      const state = await orUntold(async () => (await openFileSystem(source)).state());
      if (state?.clean === false) return name;
    }
    return null;
  } finally {
    for (const disk of open) await disk.close();
  }
}

async function orUntold<Told>(ask: () => Promise<Told>): Promise<Told | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HostkeepError) return undefined;
    throw error;
  }
}
