/** Prunes, and frees the space of what was dropped, and kills itself at the given write boundary: `prune-program.ts REPO BOUNDARY NOW`. */
import { openRepository } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { freeSpace, pruneJob } from '../../main/service/jobs/prune-job.ts';
import { faultyStorage } from '../fakes/faulty-storage.ts';
import { quiet, random } from '../fixtures/environment.ts';

const [folder = '', boundary = '0', start = '0'] = process.argv.slice(2);
let count = 0;
const storage = faultyStorage(folderStorage(folder), () => {
  count += 1;
  if (count === Number(boundary)) process.kill(process.pid, 'SIGKILL');
});
let now = Number(start);
const clock = { now: () => now, sleep: () => Promise.resolve() };
const repository = await openRepository(storage, { secret: process.env['HOSTKEEP_PASSWORD'] ?? '', random, clock });
const retention = {
  timeZone: 'UTC',
  keepLast: 1,
  keepWithinHours: 0,
  hourly: 0,
  daily: 0,
  weekly: 0,
  monthly: 0,
  yearly: 0,
  floor: 1,
  dropAtMostPercent: 100,
  graceDays: 1,
};
await pruneJob(
  repository,
  { id: 'j1', name: 'Nightly', retention, vmRetention: [] },
  {
    confirmed: true,
    dryRun: false,
    signal: new AbortController().signal,
  },
);
now += 2 * 86_400_000;
await freeSpace(repository, quiet);
