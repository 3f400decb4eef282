/**
 * Backs up a lab VM and kills itself at the given write boundary, or with ACT `baseline` when the host is done and the baseline is about
 * to be written down: `crash-program.ts HOME REPO BOUNDARY ACT`.
 */
import { runBackup } from '#engine/backup';
import { acquireLock, compactRepository, openRepository } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { openHome, systemClock, systemRandom } from '#service';
import { faultyStorage } from '../fakes/faulty-storage.ts';
import { quiet } from '../fixtures/environment.ts';

const [home = '', folder = '', boundary = '0', act = 'backup'] = process.argv.slice(2);
const secret = process.env['HOSTKEEP_PASSWORD'] ?? '';
let count = 0;
const storage = faultyStorage(folderStorage(folder), () => {
  count += 1;
  if (count === Number(boundary)) process.kill(process.pid, 'SIGKILL');
});
const repository = await openRepository(storage, { secret, random: systemRandom, clock: systemClock });
if (act === 'compact') {
  const lock = await acquireLock(repository, 'exclusive', 'compact');
  await compactRepository(repository, quiet);
  await lock.release();
} else {
  const { hosts, newRunId, close, journal: plain } = openHome(home);
  const die = (): never => (process.kill(process.pid, 'SIGKILL'), process.exit(9));
  const journal = act === 'baseline' ? { ...plain, setBaseline: die } : plain;
  const { hypervisor } = await hosts.open(hosts.select('lab'));
  const outcome = await runBackup(
    {
      hypervisor,
      hostName: 'LAB',
      repository,
      journal,
      run: newRunId(),
      policy: 'require',
      truncateLogs: true,
      skipUnused: true,
      ...quiet,
    },
    { vms: ['LNX01'] },
  );
  close();
  if (outcome.result !== 'success') process.exitCode = 1;
}
