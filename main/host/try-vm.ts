/**
 * What no reading of a host can tell: a checkpoint of a VM is made, read, turned into a reference point, asked for changes, and
 * everything is taken back.
 */
import { open } from 'node:fs/promises';
import { asHostkeepError, type Consistency, type RunId } from '#contract';
import type { BackupRequest, BackupSession, Hypervisor } from '#engine/ports';
import type { SelfTestItem } from './operations/self-test.ts';

export interface VmTrial {
  readonly host: Hypervisor;
  readonly vmId: string;
  readonly run: RunId;
  readonly signal: AbortSignal;
}

/** Nothing of it names the VM. The first thing that does not hold ends it, and what was made is taken back all the same. */
export async function tryVm(trial: VmTrial): Promise<readonly SelfTestItem[]> {
  const items: SelfTestItem[] = [];
  const note = (id: string, assumes: string, found: string, holds = true): void => void items.push({ id, assumes, holds, found });
  try {
    await backUpTwice(trial, note);
  } catch (error) {
    const { code, details } = asHostkeepError(error);
    const number = typeof details['hresult'] === 'number' ? ` 0x${details['hresult'].toString(16)}` : '';
    note('trial', 'a VM can be backed up', `failed: ${code}${number}`, false);
  }
  await takeBack(trial, note);
  return items;
}

type Note = (id: string, assumes: string, found: string, holds?: boolean) => void;

async function backUpTwice(trial: VmTrial, note: Note): Promise<void> {
  const first = await begin(trial, null);
  const { consistency, disks } = first;
  const found = `${consistency}, ${disks.length} disks`;
  note('trial-checkpoint', 'a guest comes to rest and its disks are frozen', found, consistency !== 'crash');
  try {
    await readDisks(first, note);
  } catch (error) {
    await first.abort('the trial could not read');
    throw error;
  }
  let level: Consistency | null = null;
  const { referencePoint } = await first.complete(async (told) => void (level = told));
  const known = first.proven || level !== null;
  note('trial-level', 'the host says whether the guest took part', level ?? (first.proven ? 'known before' : 'not told'), known);
  if (referencePoint === null)
    return note('trial-changes', 'the host tells what changed since', 'this path has no change tracking');
  const second = await begin(trial, referencePoint);
  const changed = second.disks.map((disk) => (disk.changed.known ? `${disk.changed.ranges.length} ranges` : disk.changed.reason));
  const all = second.disks.every((disk) => disk.changed.known);
  note('trial-changes', 'the host tells what changed since', changed.join(', '), all);
  await second.abort('the trial is over');
}

function begin({ host, vmId, run, signal }: VmTrial, since: string | null): Promise<BackupSession> {
  const request: BackupRequest = { vmId, run, policy: 'allow', truncateLogs: false, since, repository: 'trial' };
  return host.beginBackup(request, () => undefined, signal);
}

const headBytes = 64 * 1024;

/** As the console will read them: beside whoever holds them open. */
async function readDisks({ disks }: BackupSession, note: Note): Promise<void> {
  for (const { source } of disks) {
    const file = await open(source.path, 'r');
    try {
      await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    } finally {
      await file.close();
    }
  }
  note('trial-read', 'the frozen disks can be opened from here', `${disks.length} opened`);
}

async function takeBack({ host, run, vmId }: VmTrial, note: Note): Promise<void> {
  const ours = (await host.listResidue()).filter((item) => item.run === run && item.vmId === vmId);
  for (const item of ours) await host.cleanResidue(item);
  const left = (await host.listResidue()).filter((item) => item.run === run).map((item) => item.kind);
  note(
    'trial-left',
    'nothing of the trial is left on the host',
    left.length === 0 ? 'nothing' : left.join(', '),
    left.length === 0,
  );
}
