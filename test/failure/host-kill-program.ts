/** Backs up one VM of the simulated host, until somebody kills it: `host-kill-program.ts HOME REPOSITORY LEDGER PATH VM`. */
import { runBackup } from '#engine/backup';
import { openRepository } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { defaultLimits, hyperVHost, startPowerShell, type BackupPath } from '#host';
import { openHome, systemClock, systemRandom } from '#service';
import { quiet } from '../fixtures/environment.ts';

const [home = '', folder = '', ledger = '', path = 'auto', vm = ''] = process.argv.slice(2);
const executable = process.env['HOSTKEEP_POWERSHELL'] ?? 'pwsh';
const repository = await openRepository(folderStorage(folder), {
  secret: process.env['HOSTKEEP_PASSWORD'] ?? '',
  random: systemRandom,
  clock: systemClock,
});
const { journal, newRunId, close } = openHome(home);
const shell = startPowerShell({ executable, connection: null, pollMs: 2 });
const clock = systemClock;
const hypervisor = hyperVHost({
  id: 'hv01',
  name: 'HV01',
  shell,
  clock,
  address: null,
  path: path as BackupPath,
  ledger,
  limits: defaultLimits,
});
const run = { hypervisor, hostName: 'HV01', repository, journal, run: newRunId(), ...quiet };
const outcome = await runBackup({ ...run, policy: 'require', truncateLogs: true, skipUnused: false }, { vms: [vm] });
await shell.close();
close();
await repository.close();
if (outcome.result === 'failed') process.exitCode = 1;
