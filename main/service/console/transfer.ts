/** What the console knows, as a text that another one understands: hosts, repositories, jobs, settings. No password, passphrase or key is ever in it. */
import { array, literal, maxLength, pipe, strictObject, type InferOutput } from 'valibot';
import { acceptJson, jobDefinitionSchema, requests, text, type TransferView } from '#contract';
import { jobBook } from '../jobs/job-book.ts';
import { notifySettingsSchema, readNotifySettings, writeNotifySettings } from '../notify/settings.ts';
import { addRepository, repositoryViews } from '../state/repositories.ts';
import { readSettings, writeSettings } from '../state/settings.ts';
import type { Services } from './services.ts';

const { password: _password, ...hostEntries } = requests.hosts.form.entries;
const hostSchema = strictObject(hostEntries);
const repositorySchema = strictObject({ id: text(32, 32), name: text(1, 128), folder: text(1, 4096) });

const transferSchema = strictObject({
  hostkeep: literal(1),
  settings: requests.settings.set,
  notify: notifySettingsSchema,
  hosts: pipe(array(hostSchema), maxLength(100)),
  repositories: pipe(array(repositorySchema), maxLength(100)),
  jobs: pipe(array(jobDefinitionSchema), maxLength(500)),
});
type Transfer = InferOutput<typeof transferSchema>;

export function exportSettings(services: Services): string {
  return `${JSON.stringify(transferOf(services), null, 2)}\n`;
}

/** The same for those who only look: the address of a webhook is often all that it takes to post there. */
export function shownSettings(services: Services): string {
  const { notify, ...rest } = transferOf(services);
  const webhooks = notify.webhooks.map((one) => ({ ...one, url: `${new URL(one.url).origin}/[removed]` }));
  return JSON.stringify({ ...rest, notify: { ...notify, webhooks } }, null, 2);
}

function transferOf({ home }: Services): Transfer {
  const hosts = home.hosts.list().filter((host) => host.kind === 'hyper-v');
  return {
    hostkeep: 1,
    settings: readSettings(home.state),
    notify: readNotifySettings(home.state),
    hosts: hosts.map(({ id: _id, kind: _kind, ...host }) => host),
    repositories: repositoryViews(home.state, () => false).map(({ id, name, folder }) => ({ id, name, folder })),
    jobs: jobBook({ home, now: () => 0 })
      .list()
      .map(({ id: _id, paused: _paused, createdAt: _createdAt, changedAt: _changedAt, ...definition }) => definition),
  };
}

/** Adds what is not here yet; what has a name that is taken stays as it is here, and is told. @throws HostkeepError input/invalid */
export async function importSettings(services: Services, given: string): Promise<TransferView> {
  const { home } = services;
  const transfer = acceptJson(transferSchema, given, { code: 'input/invalid', details: { what: 'an export of Hostkeep' } });
  const added: string[] = [];
  const kept: string[] = [];
  const adding = async (name: string, isTaken: boolean, add: () => unknown): Promise<void> => {
    if (!isTaken) await add();
    (isTaken ? kept : added).push(name);
  };
  const hosts = home.hosts.list();
  for (const host of transfer.hosts) {
    const isTaken = hosts.some((one) => one.name.toLowerCase() === host.name.toLowerCase());
    await adding(host.name, isTaken, () => home.hosts.add(host, null));
  }
  const known = repositoryViews(home.state, () => false);
  for (const one of transfer.repositories)
    await adding(
      one.name,
      known.some(({ id }) => id === one.id),
      () => addRepository(home.state, one, services.now()),
    );
  const book = jobBook({ home, now: () => services.now() });
  for (const job of transfer.jobs)
    await adding(
      job.name,
      book.list().some(({ name }) => name.toLowerCase() === job.name.toLowerCase()),
      () => addJob(book, job),
    );
  writeSettings(home.state, transfer.settings);
  writeNotifySettings(home.state, transfer.notify);
  return { added, kept };
}

/** Paused: its passphrase is not here yet, and two consoles must not run the same job. */
async function addJob(book: ReturnType<typeof jobBook>, job: Transfer['jobs'][number]): Promise<void> {
  const made = await book.create(job);
  await book.pause(made.id, true);
}
