import { asHostkeepError, HostkeepError, toErrorData, type StepReport } from '#contract';
import type { PreflightCheck } from '#engine/ports';
import { guestChecks } from './guest-checks.ts';
import type { GuestCredential, HostOptions } from './host-options.ts';
import { callHost } from './operation.ts';
import type { VmAnswer } from './operations/discover.ts';
import { guestProof, type GuestProof } from './operations/guest-proof.ts';
import { guestOsOf } from './vm-facts.ts';

/** What the guest says, where somebody has given credentials for it; null for all others. */
async function ask(options: HostOptions, vm: VmAnswer): Promise<GuestProof | null> {
  if (vm.state !== 'Running' || guestOsOf(vm) !== 'windows') return null;
  const credential = await options.guestCredential?.(vm.id);
  if (credential === undefined) return null;
  return callHost(options.shell, guestProof, { vmId: vm.id, ledger: options.ledger, ...credential });
}

/**
 * Signs in to a guest now, with these credentials or those that are kept.
 * @throws HostkeepError input/missing-option, host/vm-not-found, host/guest-unreachable, host/guest-credentials
 */
export async function tryGuest(
  options: HostOptions,
  vm: { readonly id: string; readonly name: string },
  given?: GuestCredential,
): Promise<readonly PreflightCheck[]> {
  const credential = given ?? (await options.guestCredential?.(vm.id));
  if (credential === undefined)
    throw new HostkeepError('input/missing-option', { option: 'user and password of the guest', vm: vm.name });
  const proof = await callHost(options.shell, guestProof, { vmId: vm.id, ledger: options.ledger, ...credential });
  return guestChecks(vm.name, proof);
}

/** A guest that cannot be asked is a warning: the backup does not depend on it. */
export async function checksByGuest(options: HostOptions, vm: VmAnswer): Promise<readonly PreflightCheck[]> {
  try {
    const proof = await ask(options, vm);
    return proof === null ? [] : guestChecks(vm.name, proof);
  } catch (error) {
    const { message, remedy } = asHostkeepError(error);
    const check = { id: 'guest-credential', vm: vm.name, verdict: 'warning', sentence: null } as const;
    return [{ ...check, says: message, remedy, error: toErrorData(error) }];
  }
}

/** Names the writers in the conversation of a run: the host itself does not see them. */
export async function reportWriters(options: HostOptions, vm: VmAnswer, report: (step: StepReport) => void): Promise<void> {
  const step = { step: 'enumerate-writers', side: 'guest' } as const;
  try {
    for (const { name, state } of (await ask(options, vm))?.writers ?? [])
      report({ ...step, actor: name, state: state >= 6 ? 'warning' : 'done', detail: `writer state ${state}` });
  } catch (error) {
    report({ ...step, actor: 'PowerShell Direct', state: 'warning', detail: asHostkeepError(error).message });
  }
}
