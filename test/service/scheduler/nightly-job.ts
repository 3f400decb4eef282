import { jobDefinitionSchema, parseInput } from '#contract';
import type { Home } from '#service';
import { insertJob } from '../../../main/service/state/jobs.ts';

/** A job of every day at 22:00 UTC, made at `now`. */
export function insertNightlyJob(home: Home, now: number): void {
  const definition = parseInput(jobDefinitionSchema, {
    name: 'Nightly',
    host: 'lab',
    selection: { kind: 'all' },
    repository: { path: '/nowhere', passphrase: { kind: 'keystore' } },
    schedule: { timeZone: 'UTC', recurrence: { kind: 'daily', times: ['22:00'] } },
  });
  insertJob(home.state, home.newRunId(), definition, now);
}
