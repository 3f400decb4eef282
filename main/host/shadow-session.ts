import { HostkeepError } from '#contract';
import { leaveToHost } from './leave-to-host.ts';
import { callHost } from './operation.ts';
import { beginShadow } from './operations/begin-shadow.ts';
import { abortShadow, completeShadow } from './operations/release.ts';
import { guestRequester, hresultOf, withRetries, type Frozen, type HostBackup, type Reached } from './session.ts';
import { guestAnswers, guestOsOf } from './vm-facts.ts';

/** Path A, the brief's seven steps: diskshadow is the requester, the Hyper-V writer passes its calls on to the guest. */
export async function freezeByShadow(backup: HostBackup): Promise<Frozen> {
  const { options, request, report, signal, vm } = backup;
  const reached = reachedOf(backup);
  if (reached.consistency === 'crash' && request.policy === 'require')
    throw new HostkeepError('host/consistency-not-reached', { vm: vm.name, says: reached.note ?? '' });
  const full = request.truncateLogs && reached.consistency === 'application';
  const of = { vmId: vm.id, ledger: options.ledger };
  const seconds = options.limits.jobSeconds;
  const begun = await withRetries(backup, 'flush', async () => {
    try {
      return await callHost(options.shell, beginShadow, { ...of, run: request.run, full, seconds }, { signal, report });
    } catch (error) {
      report({ step: 'checkpoint', side: 'host', actor: 'Hyper-V writer', state: 'failed', ...hresultOf(error) });
      throw error;
    }
  });
  if (reached.consistency !== 'crash' && vm.state !== 'Off')
    for (const step of ['prepare', 'flush', 'ready'] as const)
      report({
        step,
        side: 'guest',
        actor: guestRequester,
        state: 'done',
        detail: 'as the Hyper-V writer reports: it succeeds only with its guests',
      });
  const reason = 'host VSS has no change tracking';
  return {
    ...reached,
    // The writer succeeds only with its guests.
    proven: true,
    disks: begun.disks.map((disk) => ({ ...disk, changed: { known: false, reason } })),
    definition: begun.definition,
    async complete() {
      if (!full) {
        await callHost(options.shell, abortShadow, of);
        return { referencePoint: null, logsTruncated: false, goesOn: null };
      }
      let logsTruncated = false;
      const left = await leaveToHost(backup, 'end-backup', async (leaving) => {
        const done = await callHost(options.shell, completeShadow, { ...of, full, seconds }, { report, ...leaving });
        logsTruncated = done.truncated;
      });
      return { referencePoint: null, logsTruncated, goesOn: left ? 'shadow-copy' : null };
    },
    abort: () => callHost(options.shell, abortShadow, of),
  };
}

function reachedOf({ vm }: HostBackup): Reached {
  if (vm.state === 'Off')
    return { consistency: 'file-system', note: 'the VM was off; its disks are as its last shutdown left them' };
  if (!guestAnswers(vm)) return { consistency: 'crash', note: 'the backup integration service of the guest does not answer' };
  if (guestOsOf(vm) === 'windows') return { consistency: 'application', note: null };
  return { consistency: 'file-system', note: 'the guest has no writers; its file systems were frozen' };
}
