import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
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
  const folder = resolve(services.home.path, 'repository');
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
  await makeJob(ask, { repository, home: services.home.path });
  return { repository };
}

/** Nightly, with its passphrase in a file: a demo must not touch the keystore. */
async function makeJob(
  ask: ReturnType<ReturnType<typeof createCallerFactory<(typeof consoleRouter)['_def']['record']>>>,
  { repository, home }: { readonly repository: string; readonly home: string },
): Promise<void> {
  const passphraseFile = resolve(home, 'demo-passphrase');
  await writeFile(passphraseFile, `${demoPassphrase}\n`, { mode: 0o600 });
  await ask.jobs.create({
    name: 'Nightly',
    host: 'lab',
    repository,
    select: 'all',
    vms: [],
    tags: [],
    excludedVms: [],
    excludedDisks: [],
    consistency: 'warn',
    truncateLogs: true,
    skipUnused: true,
    verifyAfterRun: false,
    vmsAtOnce: 1,
    megabytesPerSecond: null,
    latencyMs: null,
    workingHours: [],
    workingVmsAtOnce: 1,
    workingMegabytesPerSecond: null,
    workingLatencyMs: null,
    mail: 'problems',
    webhooks: 'problems',
    eventLog: 'problems',
    passphraseFile,
    recurrence: 'daily',
    hours: 4,
    time: '22:00',
    weekdays: [],
    day: 1,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    windows: [],
    blackouts: [{ weekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], from: '08:00', to: '18:00' }],
    closures: [],
    keepHourly: 0,
    keepDaily: 14,
    keepWeekly: 8,
    keepMonthly: 12,
    keepYearly: 0,
  });
}
