/** Of a guest that is off nobody can be asked: its volumes tell whether it ended by itself, or was cut off. */
import { HostkeepError, type ConsistencyPolicy, type StepReport } from '#contract';
import type { BackupSession, VmFacts } from '#engine/ports';
import type { GuestVolumes } from './guest-volumes.ts';

interface Options {
  readonly vm: VmFacts;
  readonly policy: ConsistencyPolicy;
  /** Of the disks that the point will have. */
  readonly volumes: GuestVolumes;
}

/**
 * The session with what its volumes let it claim: the disks of a VM that was switched off hard are as after a power failure, whatever the
 * host says of them. @throws HostkeepError host/consistency-not-reached where the job requires more
 */
export async function asVolumesSay(
  session: BackupSession,
  { vm, policy, volumes }: Options,
  report: (step: StepReport) => void,
): Promise<BackupSession> {
  if (vm.state !== 'off' || session.consistency === 'crash') return session;
  const volume = await volumeInUse(volumes);
  if (volume === null) return session;
  const consistencyNote = `the VM is off, and ${volume} was still in use when its guest ended`;
  report({ step: 'ready', side: 'guest', state: 'warning', detail: consistencyNote });
  if (policy === 'require') throw new HostkeepError('host/consistency-not-reached', { vm: vm.name, says: consistencyNote });
  return { ...session, consistency: 'crash', consistencyNote };
}

/** The name of a volume that was in use; null where none says so. What cannot be read here (encrypted, of a kind of its own, damaged) says nothing. */
async function volumeInUse(volumes: GuestVolumes): Promise<string | null> {
  const placed = await volumes.find();
  const { openFileSystem } = await import('../formats/volumes/index.ts');
  for (const { name, source } of placed) {
    const state = await orUntold(async () => (await openFileSystem(source)).state());
    if (state?.clean === false) return name;
  }
  return null;
}

async function orUntold<Told>(ask: () => Promise<Told>): Promise<Told | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HostkeepError) return undefined;
    throw error;
  }
}
