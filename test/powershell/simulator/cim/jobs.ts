import { randomUUID } from 'node:crypto';
import { happen } from '../happenings.ts';
import { takeFault, type FaultName, type Job, type World } from '../world.ts';
import { cimFault, type Answer, type Instance } from './instance.ts';

/** What a job that failed says in its text; the words around the number are those of the host's language. */
const numbers: Partial<Record<FaultName, number>> = {
  'job-fails': 0,
  'vss-failed': 0x800423f4,
  'vss-retryable': 0x800423f3,
  'out-of-space': 0x80070070,
  'file-busy': 0x80070020,
  'chain-broken': 0x80070032,
};

/** Begins a job, as every method of the virtualization namespace does; it is done when it has been looked at often enough. */
export function startJob(world: World, of: { readonly at: string; readonly vmId: string }, act: JobAct): Answer {
  const fault = takeFault(world, of.at);
  if (fault === 'refused') return { ReturnValue: 32775, Job: null };
  if (fault === 'denied') return { ReturnValue: 32769, Job: null };
  if (fault !== undefined) happen(world, fault, of.vmId);
  const job: Job = { id: randomUUID(), ...of, polls: 0, act: () => act(fault), fault, result: null, ended: false };
  world.jobs.set(job.id, job);
  return { ReturnValue: 4096, Job: { Class: 'Msvm_ConcreteJob', Key: job.id } };
}

export type JobAct = (fault: FaultName | undefined) => Promise<object | null>;

/** 3 starting, 4 running, 7 completed or 10 exception; every look moves it on. */
export async function pollJob(world: World, id: string): Promise<Instance> {
  const job = world.jobs.get(id);
  if (job === undefined) throw cimFault('notFound', 'Get-CimInstance');
  job.polls += 1;
  const InstanceID = id.toUpperCase();
  const base = { Class: 'Msvm_ConcreteJob', Key: id, InstanceID, JobType: 0, ErrorCode: 0, ErrorDescription: null };
  if (job.fault === 'job-vanishes') {
    // It has done its work: what it made is there, and nobody was told.
    await finish(job);
    world.jobs.delete(id);
    throw cimFault('notFound', 'Get-CimInstance');
  }
  if (job.polls < 3 || job.fault === 'slow')
    return { ...base, JobState: job.polls === 1 ? 3 : 4, PercentComplete: Math.min(99, job.polls * 30) };
  if (job.fault !== undefined && job.fault in numbers) {
    job.ended = true;
    const text = world.options.locale === 'de' ? 'Fehler bei der Prüfpunkterstellung' : 'Checkpoint operation failed';
    const number = numbers[job.fault]!;
    const told = number === 0 ? '' : ` (0x${number.toString(16).toUpperCase()})`;
    return { ...base, JobState: 10, PercentComplete: 0, ErrorCode: 32768, ErrorDescription: `${text}${told}.` };
  }
  await finish(job);
  return { ...base, JobState: 7, PercentComplete: 100 };
}

async function finish(job: Job): Promise<void> {
  if (job.ended) return;
  job.result = await job.act();
  job.ended = true;
}

/** Jobs that were slow come to their end, as they do on a host whether anybody looks or not. */
export async function finishJobs(world: World): Promise<void> {
  for (const job of world.jobs.values()) {
    if (job.fault === 'slow') job.fault = undefined;
    if (job.fault === undefined) await finish(job);
  }
}

/** Msvm_ComputerSystem's second status while a checkpoint of the VM is made. */
export function isCheckpointing({ jobs }: World, vmId: string): boolean {
  return [...jobs.values()].some((job) => job.vmId === vmId && !job.ended && job.at.startsWith('CreateSnapshot'));
}
