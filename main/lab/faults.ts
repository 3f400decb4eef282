import { HostkeepError, type StepName } from '#contract';
import { readLab, updateLab, type Fault } from './state.ts';

/** What can go wrong at which step. `host-vanish` can happen at any of them. */
const kinds = {
  'writer-retryable': ['enumerate-writers', 'prepare', 'flush', 'ready'],
  'writer-failed': ['enumerate-writers', 'prepare', 'flush', 'ready'],
  'checkpoint-failed': ['checkpoint'],
  'tracking-lost': ['checkpoint'],
  'merge-hang': ['release'],
  'host-vanish': [
    'enumerate-writers',
    'prepare',
    'flush',
    'ready',
    'checkpoint',
    'release',
    'post-backup',
    'connect-target',
    'define-vm',
    'start-vm',
  ],
  'recovery-fails': ['connect-target', 'define-vm', 'start-vm', 'heartbeat', 'stop-vm'],
} as const satisfies Record<string, readonly StepName[]>;

export type FaultKind = keyof typeof kinds;

/** At which steps each kind of fault can happen. */
export const faultSteps: Readonly<Record<FaultKind, readonly StepName[]>> = kinds;
export const faultKinds: readonly string[] = Object.keys(kinds);

/** @throws HostkeepError input/invalid for what cannot happen at that step */
export async function setFault(home: string, fault: Fault): Promise<void> {
  const steps: readonly string[] | undefined = Object.hasOwn(kinds, fault.kind) ? kinds[fault.kind as FaultKind] : undefined;
  if (steps === undefined) throw new HostkeepError('input/invalid', { kind: fault.kind, kinds: faultKinds });
  if (!steps.includes(fault.step)) throw new HostkeepError('input/invalid', { step: fault.step, kind: fault.kind, steps });
  if (!Number.isInteger(fault.times) || fault.times < 1) throw new HostkeepError('input/invalid', { times: fault.times });
  await updateLab(home, (state) => ({ ...state, faults: [...state.faults, fault] }));
}

export async function clearFaults(home: string): Promise<void> {
  await updateLab(home, (state) => ({ ...state, faults: [] }));
}

export async function listFaults(home: string): Promise<readonly Fault[]> {
  return (await readLab(home)).faults;
}

/** Uses up one fault of that place, if there is one. */
export async function takeFault(home: string, step: string, vm: string): Promise<FaultKind | undefined> {
  const hits = (fault: Fault): boolean =>
    fault.step === step && (fault.vm === null || fault.vm.toLowerCase() === vm.toLowerCase());
  if (!(await listFaults(home)).some(hits)) return undefined;
  let taken: Fault | undefined;
  await updateLab(home, (state) => {
    taken = state.faults.find(hits);
    const rest = state.faults.flatMap((fault) =>
      fault !== taken ? [fault] : fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [],
    );
    return { ...state, faults: rest };
  });
  return taken?.kind as FaultKind | undefined;
}
