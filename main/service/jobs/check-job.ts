/**
 * What would keep a job from doing its work, seen by the account that does it: secrets, repository, space, host and VMs. Run by the
 * job's own task, so that "it works when I try it" and "it works at night" are the same question.
 */
import { userInfo } from 'node:os';
import { asHostkeepError, checkSays, toErrorData, toldCheck, type Job, type RunId, type RunResult } from '#contract';
import { checkTarget } from '#engine/backup';
import { selectVms } from '#engine/jobs';
import type { PreflightCheck, VmFacts } from '#engine/ports';
import { acquireLock, listPoints } from '#engine/repository';
import { systemClock } from '../repositories.ts';
import { endRun } from '../state/run-control.ts';
import { tagsOf } from '../state/tags.ts';
import { openRepositoryOf } from './passphrase.ts';
import type { StartOptions } from './start-due.ts';

export interface JobCheck {
  /** The account that looked. */
  readonly as: string;
  readonly checks: readonly PreflightCheck[];
}

/** Looks, and leaves what was found as the report of a run. */
export async function checkJob(options: StartOptions, job: Job, run: RunId): Promise<JobCheck> {
  const { journal, state } = options.home;
  journal.begin({ id: run, kind: 'check', startedAt: systemClock.now(), pid: process.pid, repository: '', vms: [job.name] });
  const found: JobCheck = { as: userInfo().username, checks: await checksOf(options, job) };
  endRun(state, run, resultOf(found.checks), { at: systemClock.now(), outcome: { report: found } });
  return found;
}

function resultOf(checks: readonly PreflightCheck[]): RunResult {
  if (checks.some((check) => check.verdict === 'blocking')) return 'failed';
  return checks.some((check) => check.verdict === 'warning') ? 'warning' : 'success';
}

async function checksOf(options: StartOptions, job: Job): Promise<readonly PreflightCheck[]> {
  const onHost = await tried('host-access', () => hostChecks(options, job));
  const vms = 'vms' in onHost ? onHost.vms : [];
  const onTarget = await tried('repository-access', () => targetChecks(options, job, vms));
  return [...onTarget.checks, ...onHost.checks];
}

interface Found {
  readonly checks: readonly PreflightCheck[];
}

/** What could not be looked at at all is a check that failed. */
async function tried<Result extends Found>(id: string, look: () => Promise<Result>): Promise<Result | Found> {
  try {
    return await look();
  } catch (error) {
    const { code, message, remedy } = asHostkeepError(error);
    const found = { id, vm: null, verdict: 'blocking', sentence: null, error: toErrorData(error), code } as const;
    return { checks: [{ ...found, says: message, remedy }] };
  }
}

async function hostChecks(options: StartOptions, job: Job): Promise<Found & { readonly vms: readonly VmFacts[] }> {
  const { home, hostPassword } = options;
  const host = await home.hosts.open(home.hosts.select(job.host), hostPassword);
  try {
    const present = (await host.hypervisor.listVms()).map((vm) => ({ ...vm, tags: tagsOf(home.state, job.host, vm.id) }));
    const { vms, missing } = selectVms(job, present);
    const gone = missing.map((vm): PreflightCheck => ({
      id: 'vm-gone',
      vm,
      verdict: 'blocking',
      ...toldCheck(checkSays('vm-gone')),
      error: null,
      code: 'job/vm-gone',
    }));
    const checks = vms.length === 0 ? [] : await host.hypervisor.preflight(vms.map((vm) => vm.id));
    return { vms, checks: [...gone, ...checks] };
  } finally {
    await host.close();
  }
}

async function targetChecks({ home, signal }: StartOptions, job: Job, vms: readonly VmFacts[]): Promise<Found> {
  const repository = await openRepositoryOf(job, home.secrets);
  try {
    // Taking a lock writes a file and removes it: the rights that a run needs.
    await (await acquireLock({ ...repository, signal }, 'shared', `check ${job.name}`)).release();
    const writes = {
      id: 'repository-access',
      vm: null,
      verdict: 'ok',
      ...toldCheck(checkSays('repository-ok')),
      error: null,
    } as const;
    return { checks: [writes, await checkTarget(repository, vms, (await listPoints(repository)).points)] };
  } finally {
    await repository.close();
  }
}
