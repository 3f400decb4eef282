import { hasCode, type StepReport } from '#contract';
import { leaveToHost } from './leave-to-host.ts';
import { callHost, type MadeReference } from './operation.ts';
import { beginCheckpoint, type BegunCheckpoint } from './operations/begin-checkpoint.ts';
import { abortCheckpoint, completeCheckpoint } from './operations/release.ts';
import { levelTold } from './level-told.ts';
import {
  assertWanted,
  guestRequester,
  hresultOf,
  offReached,
  orAbort,
  quarters,
  withRetries,
  type Frozen,
  type HostBackup,
  type Reached,
} from './session.ts';
import { guestAnswers, guestOsOf, silentNote } from './vm-facts.ts';

/** Failures that mean: the guest could not come to rest, while a checkpoint without it may still work. */
const guestFailures = ['host/vss-writer-failed', 'host/vss-writer-retryable', 'host/job-failed'] as const;

/** Path B: a recovery checkpoint, whose job runs VSS inside the guest. */
export async function freezeByCheckpoint(backup: HostBackup): Promise<Frozen> {
  const { options, request } = backup;
  const { begun, reached, asked } = await begin(backup);
  return {
    ...reached,
    // Without the guest it is crash-consistent, and nothing better was asked for.
    proven: !asked,
    takenAt: options.clock.now() - begun.frozenMs,
    disks: begun.disks,
    definition: begun.definition,
    async complete(onReached) {
      const told = levelTold(backup, { asked, reached, onReached });
      const wanted = { ...ofVm(backup), checkpoint: begun.checkpoint };
      let referencePoint: string | null = null;
      const merging = await told.during((onLevel) =>
        leaveToHost(backup, 'merge', async (leaving) => {
          const onReference = ({ id, level }: MadeReference): void => {
            referencePoint = id;
            onLevel(level);
          };
          await callHost(options.shell, completeCheckpoint, wanted, { ...leaving, onReference });
        }),
      );
      const guest = reached.consistency === 'application' && !told.fellBack();
      const truncates = guest && (request.truncateLogs || !begun.backupTypeKnown);
      backup.report({
        step: 'post-backup',
        side: 'guest',
        actor: guestRequester,
        state: 'done',
        detail: truncationNote(backup, begun, truncates),
      });
      return { referencePoint, logsTruncated: truncates, goesOn: merging ? 'merge' : null, unconfirmed: null };
    },
    abort: () => undo(backup),
  };
}

const ofVm = ({ options, vm }: HostBackup) => ({ vmId: vm.id, ledger: options.ledger, ...options.limits });

async function undo(backup: HostBackup): Promise<void> {
  await leaveToHost(backup, 'merge', (leaving) => callHost(backup.options.shell, abortCheckpoint, ofVm(backup), leaving));
}

function truncationNote({ request }: HostBackup, begun: BegunCheckpoint, truncates: boolean): string {
  if (!begun.backupTypeKnown) return 'this host cannot be told full or copy: writers may truncate their logs';
  if (!truncates)
    return request.truncateLogs ? 'no writer took part: logs are as they were' : 'copy backup: logs are as they were';
  return 'full backup: writers may truncate their logs';
}

interface Begun {
  readonly begun: BegunCheckpoint;
  readonly reached: Reached;
  /** Whether the guest was to take part. */
  readonly asked: boolean;
}

async function begin(backup: HostBackup): Promise<Begun> {
  const { report, request, vm } = backup;
  const guest = (step: Pick<StepReport, 'step' | 'state'> & Partial<StepReport>): void =>
    report({ side: 'guest', actor: guestRequester, ...step });
  if (vm.state === 'Off') {
    guest({ step: 'enumerate-writers', state: 'skipped', detail: 'the VM is off' });
    const begun = await checkpoint(backup, false);
    const reached = offReached(begun.stayedOff);
    await orAbort(backup, { abort: () => undo(backup) }, async () => assertWanted(backup, reached));
    return { begun, reached, asked: false };
  }
  if (!guestAnswers(vm)) {
    const why = silentNote(vm);
    guest({ step: 'enumerate-writers', state: 'failed', detail: why });
    return crashConsistent(backup, why);
  }
  guest({ step: 'enumerate-writers', state: 'done' });
  guest({ step: 'prepare', state: 'started' });
  try {
    const begun = await checkpoint(backup, true);
    const detail = 'as the checkpoint job reports: the host does not see single writers';
    for (const step of ['prepare', 'flush', 'ready'] as const) guest({ step, state: 'done', detail });
    return { begun, reached: reachedOf(backup), asked: true };
  } catch (error) {
    guest({ step: 'prepare', state: 'failed', ...hresultOf(error) });
    if (request.policy === 'require' || !hasCode(error, ...guestFailures)) throw error;
    return crashConsistent(backup, `the guest could not be prepared: ${error.message}`);
  }
}

function reachedOf({ vm }: HostBackup): Reached {
  const os = guestOsOf(vm);
  if (os === 'windows') return { consistency: 'application', note: null };
  const note =
    os === 'linux'
      ? 'a Linux guest has no writers; its file systems were frozen'
      : 'the guest does not tell its system, so no writers are taken for granted';
  return { consistency: 'file-system', note };
}

async function crashConsistent(backup: HostBackup, note: string): Promise<Begun> {
  const reached: Reached = { consistency: 'crash', note };
  assertWanted(backup, reached);
  return { begun: await checkpoint(backup, false), reached, asked: false };
}

function checkpoint(backup: HostBackup, application: boolean): Promise<BegunCheckpoint> {
  const { options, request, report, signal, vm } = backup;
  const wanted = {
    vmId: vm.id,
    run: request.run,
    repository: request.repository,
    ledger: options.ledger,
    application,
    full: application && request.truncateLogs,
    ignoreOther: request.policy !== 'require',
    since: request.since,
    jobSeconds: options.limits.jobSeconds,
  };
  return withRetries(backup, 'checkpoint', async () => {
    const failed = (error: unknown): void =>
      report({ step: 'checkpoint', side: 'host', actor: 'Hyper-V', state: 'failed', ...hresultOf(error) });
    try {
      const onProgress = quarters(backup, 'checkpoint');
      const begun = await callHost(options.shell, beginCheckpoint, wanted, { signal, report, onProgress });
      const detail = application ? 'recovery checkpoint, guest prepared' : 'recovery checkpoint, guest not prepared';
      report({ step: 'checkpoint', side: 'host', actor: 'Hyper-V', state: 'done', detail });
      return begun;
    } catch (error) {
      failed(error);
      throw error;
    }
  });
}
