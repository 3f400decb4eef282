import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCallerFactory, consoleRouter, type Services } from '#service/console';

export const demoPassphrase = 'only for this demo';

/** The main job, some days of it, by the same procedures and in the same processes as the console uses. */
export async function fillLab(services: Services, say: (text: string) => void): Promise<{ readonly repository: string }> {
  const ask = createCallerFactory(consoleRouter)(services);
  const ended = async (of: { readonly run: string }): Promise<void> => {
    while ((await ask.runs.get({ run: of.run })).run.state === 'running') await sleep(200);
  };
  say('Making the lab and a repository.');
  await ended(await ask.lab.create({}));
  await ask.hosts.refresh({ host: 'lab' });
  const folder = join(services.home.path, 'repository');
  const { repository, recoveryKey } = await ask.repositories.create({ name: 'NAS', folder, passphrase: demoPassphrase });
  await ask.repositories.confirmKey({ repository, key: recoveryKey });
  const backUp = async (vms: readonly string[]): Promise<void> =>
    ended(await ask.backups.start({ host: 'lab', repository, vms: [...vms], consistency: 'warn', truncateLogs: true }));
  say('Backing up FS01 and APP01, and again after a day.');
  await backUp(['FS01', 'APP01']);
  await ended(await ask.lab.passDays({ days: 1 }));
  await backUp(['FS01', 'APP01']);
  say('A day later a writer fails in APP01.');
  await ended(await ask.lab.passDays({ days: 1 }));
  await ask.lab.fault({ step: 'flush', kind: 'writer-failed', vm: 'APP01' });
  await ended(await ask.backups.start({ host: 'lab', repository, vms: ['APP01'], consistency: 'require', truncateLogs: true }));
  return { repository };
}
