import { randomUUID } from 'node:crypto';
import { labVms } from '../../../../main/lab/vms.ts';
import { takeFault, type FaultName, type Job, type World } from '../world.ts';
import { cimFault, type Answer, type Instance } from './instance.ts';

/** What a job that failed says in its text; the words around the number are those of the host's language. */
const numbers: Partial<Record<FaultName, number>> = {
  'vss-failed': 0x800423f4,
  'vss-retryable': 0x800423f3,
  'out-of-space': 0x80070070,
  'file-busy': 0x80070020,
  'chain-broken': 0x80070032,
};

/** Begins a job, as every method of the virtualization namespace does; it is done when it has been looked at often enough. */
export function startJob(world: World, at: string, act: () => Promise<object | null>): Answer {
  const fault = takeFault(world, at);
  if (fault === 'refused') return { ReturnValue: 32775, Job: null };
  if (fault === 'denied') return { ReturnValue: 32769, Job: null };
  if (fault === 'vm-vanishes') for (const vm of labVms) world.gone.add(vm.id);
  const job: Job = { id: randomUUID(), polls: 0, act, fault, result: null };
  world.jobs.set(job.id, job);
  return { ReturnValue: 4096, Job: { Class: 'Msvm_ConcreteJob', Key: job.id } };
}

/** 3 starting, 4 running, 7 completed or 10 exception; every look moves it on. */
export async function pollJob(world: World, id: string): Promise<Instance> {
  const job = world.jobs.get(id);
  if (job === undefined) throw cimFault('notFound', 'Get-CimInstance');
  job.polls += 1;
  const base = {
    Class: 'Msvm_ConcreteJob',
    Key: id,
    InstanceID: id.toUpperCase(),
    JobType: 0,
    ErrorCode: 0,
    ErrorDescription: null,
  };
  if (job.fault === 'job-vanishes') {
    world.jobs.delete(id);
    throw cimFault('notFound', 'Get-CimInstance');
  }
  if (job.polls < 3 || job.fault === 'slow')
    return { ...base, JobState: job.polls === 1 ? 3 : 4, PercentComplete: Math.min(99, job.polls * 30) };
  const number = job.fault === undefined ? undefined : numbers[job.fault];
  if (number !== undefined) {
    const text = world.options.locale === 'de' ? 'Fehler bei der Prüfpunkterstellung' : 'Checkpoint operation failed';
    const ErrorDescription = `${text} (0x${number.toString(16).toUpperCase()}).`;
    return { ...base, JobState: 10, PercentComplete: 0, ErrorCode: 32768, ErrorDescription };
  }
  if (job.result === null) job.result = await job.act();
  return { ...base, JobState: 7, PercentComplete: 100 };
}
