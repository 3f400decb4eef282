/** What every running job keeps to itself, across processes: one row each, taken in one transaction. */
import type { DatabaseSync } from 'node:sqlite';
import { array, string } from 'valibot';
import { acceptJson, type RunId } from '#contract';
import { obstacleOf, type RunClaim } from '#engine/jobs';
import { thisProcess } from '#engine/repository';
import { isCarried } from './runs.ts';
import { inTransaction } from './in-transaction.ts';

/** Undefined when the claim was taken; otherwise what keeps it. Claims of processes that are gone do not count. */
export function tryClaim(state: DatabaseSync, run: RunId, claim: RunClaim): string | undefined {
  return inTransaction(state, () => {
    forgetDeadClaims(state);
    const obstacle = obstacleOf(claim, livingClaims(state));
    if (obstacle === undefined)
      state
        .prepare('INSERT INTO job_claims (run, job, repository, vms, pid, process_start) VALUES (?, ?, ?, ?, ?, ?)')
        .run(run, claim.job, claim.repository, JSON.stringify(claim.vms), process.pid, thisProcess().processStart);
    return obstacle;
  });
}

export function releaseClaim(state: DatabaseSync, run: RunId): void {
  state.prepare('DELETE FROM job_claims WHERE run = ?').run(run);
}

function forgetDeadClaims(state: DatabaseSync): void {
  for (const row of state.prepare('SELECT * FROM job_claims').all()) if (!isCarried(row)) releaseClaim(state, String(row['run']));
}

/** Of jobs that run now, once the dead ones are gone. */
function livingClaims(state: DatabaseSync): readonly RunClaim[] {
  return state
    .prepare('SELECT * FROM job_claims')
    .all()
    .map((row) => ({
      job: String(row['job']),
      repository: String(row['repository']),
      vms: acceptJson(array(string()), String(row['vms']), { code: 'state/damaged', details: { claim: String(row['run']) } }),
    }));
}
