import { leaveToHost } from './leave-to-host.ts';
import { callHost } from './operation.ts';
import { beginShadow, type BegunShadow } from './operations/begin-shadow.ts';
import { abortShadow, completeShadow } from './operations/release.ts';
import {
  assertWanted,
  guestRequester,
  hresultOf,
  offReached,
  orAbort,
  withRetries,
  type Frozen,
  type HostBackup,
  type Reached,
} from './session.ts';
import { guestAnswers, guestOsOf, silentNote } from './vm-facts.ts';

/** Path A, the brief's seven steps: diskshadow is the requester, the Hyper-V writer passes its calls on to the guest. */
export async function freezeByShadow(backup: HostBackup): Promise<Frozen> {
  const { options, request, report, signal, vm } = backup;
  const hoped = hopedOf(backup);
  const of = { vmId: vm.id, ledger: options.ledger };
  const undo = (): Promise<void> => callHost(options.shell, abortShadow, of);
  assertWanted(backup, hoped);
  const asked = request.truncateLogs && hoped.consistency === 'application';
  const seconds = options.limits.jobSeconds;
  const begun = await withRetries(backup, 'flush', async () => {
    try {
      return await callHost(options.shell, beginShadow, { ...of, run: request.run, full: asked, seconds }, { signal, report });
    } catch (error) {
      report({ step: 'checkpoint', side: 'host', actor: 'Hyper-V writer', state: 'failed', ...hresultOf(error) });
      throw error;
    }
  });
  const takenAt = options.clock.now() - begun.frozenMs;
  const reached = reachedOf(backup, hoped, begun);
  await orAbort(backup, { abort: undo }, async () => assertWanted(backup, reached));
  const full = asked && reached.consistency === 'application';
  const reason = 'host VSS has no change tracking';
  return {
    ...reached,
    // Nothing more will be told at the end.
    proven: true,
    takenAt,
    disks: begun.disks.map((disk) => ({ ...disk, changed: { known: false, reason } })),
    definition: begun.definition,
    async complete() {
      const nothing = { referencePoint: null, logsTruncated: false, goesOn: null, unconfirmed: null };
      if (!full) {
        await undo();
        return nothing;
      }
      let ended = false;
      const left = await leaveToHost(backup, 'end-backup', async (leaving) => {
        ({ ended } = await callHost(options.shell, completeShadow, { ...of, seconds }, { report, ...leaving }));
      });
      if (left) return { ...nothing, goesOn: 'shadow-copy' };
      return { ...nothing, logsTruncated: ended, unconfirmed: ended ? null : unconfirmed };
    },
    abort: undo,
  };
}

const unconfirmed =
  'the host did not confirm that the backup has ended: the restore point is safe, whether guests truncate is not known';

/** What the guest was brought to, by what was seen of it: the writer itself calls it a success to save a VM whose guest cannot take part. */
function reachedOf({ report, vm }: HostBackup, hoped: Reached, begun: BegunShadow): Reached {
  const { included, saved, stayedOff } = begun;
  if (vm.state === 'Off') return offReached(stayedOff);
  if (hoped.consistency === 'crash') return hoped;
  const note = saved
    ? 'the host has saved the VM for the shadow copy instead of asking its guest'
    : included
      ? null
      : 'the requester does not say that it took the VM along';
  const detail = note ?? 'the Hyper-V writer has taken the VM along, and it was not saved for it';
  for (const step of ['prepare', 'flush', 'ready'] as const)
    report({ step, side: 'guest', actor: guestRequester, state: note === null ? 'done' : 'failed', detail });
  return note === null ? hoped : { consistency: 'crash', note };
}

function hopedOf({ vm }: HostBackup): Reached {
  if (vm.state === 'Off') return offReached(true);
  if (!guestAnswers(vm)) return { consistency: 'crash', note: silentNote(vm) };
  if (guestOsOf(vm) === 'windows') return { consistency: 'application', note: null };
  return { consistency: 'file-system', note: 'the guest has no writers; its file systems were frozen' };
}
