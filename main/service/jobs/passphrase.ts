import { readFile } from 'node:fs/promises';
import { hasCode, HostkeepError, type Job } from '#contract';
import type { Secrets } from '#engine/ports';
import { readRepositoryId, type Repository } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import type { Home } from '../home.ts';
import { listDrills } from '../state/drills.ts';
import { listJobs } from '../state/jobs.ts';
import { openRepositoryAt, type OpenOptions } from '../repositories.ts';

/** Under the same name as the console remembers it, so that either finds what the other kept. */
const secretName = (repository: string): string => `repository-${repository}`;

/**
 * The passphrase of a job's repository: from the keystore of the account that runs the job, or from the first line of a file.
 * @throws HostkeepError job/passphrase-unknown, repository/not-found, secrets/unavailable, input/not-found
 */
export async function passphraseOf(job: Pick<Job, 'name' | 'repository'>, secrets: Secrets): Promise<string> {
  const { passphrase, path } = job.repository;
  if (passphrase.kind === 'file') return firstLineOf(passphrase.path);
  const found = await secrets.get(secretName(await repositoryIdAt(path)));
  if (found === undefined) throw new HostkeepError('job/passphrase-unknown', { job: job.name, repository: path });
  return found;
}

/** The repository of a job, opened. @throws HostkeepError like `passphraseOf`, repository/* */
export async function openRepositoryOf(
  job: Pick<Job, 'name' | 'repository'>,
  secrets: Secrets,
  options: OpenOptions = {},
): Promise<Repository> {
  const passphrase = await passphraseOf(job, secrets);
  return openRepositoryAt(job.repository.path, async () => passphrase, options);
}

/** Whether the job could begin at all, as whoever asks. @throws HostkeepError like `openRepositoryOf` */
export async function refuseClosedRepository(job: Pick<Job, 'name' | 'repository'>, secrets: Secrets): Promise<void> {
  await (await openRepositoryOf(job, secrets)).close();
}

/**
 * Keeps the passphrase for the jobs of this account, with the key that was derived from it, so that no run has to derive it again.
 * @throws HostkeepError repository/wrong-passphrase, secrets/*
 */
export async function keepPassphrase(folder: string, secrets: Secrets, passphrase: string): Promise<void> {
  const repository = await openRepositoryAt(folder, async () => passphrase);
  try {
    await secrets.set(secretName(repository.id), repository.remembered);
  } finally {
    await repository.close();
  }
}

/**
 * After the passphrase of a repository was changed: where the keystore has the old one it gets the new one.
 * @returns whether it had, and the files from which jobs and drills of this home read the old one
 */
export async function renewPassphrase(
  { state, secrets }: Pick<Home, 'state' | 'secrets'>,
  folder: string,
  passphrase: string,
): Promise<{ readonly kept: boolean; readonly files: readonly string[] }> {
  const kept = await hasPassphrase(secrets, await repositoryIdAt(folder));
  if (kept) await keepPassphrase(folder, secrets, passphrase);
  const from = [...listJobs(state), ...listDrills(state)]
    .filter(({ repository }) => repository.path === folder)
    .flatMap(({ repository }) => (repository.passphrase.kind === 'file' ? [repository.passphrase.path] : []));
  return { kept, files: [...new Set(from)] };
}

/** A computer without a keystore keeps nothing. */
async function hasPassphrase(secrets: Secrets, repository: string): Promise<boolean> {
  try {
    return (await secrets.get(secretName(repository))) !== undefined;
  } catch (error) {
    if (hasCode(error, 'secrets/unavailable', 'host/powershell-missing')) return false;
    throw error;
  }
}

async function repositoryIdAt(folder: string): Promise<string> {
  const storage = folderStorage(folder);
  try {
    return await readRepositoryId(storage);
  } finally {
    await storage.close();
  }
}

async function firstLineOf(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/, 1)[0] ?? '';
  } catch (cause) {
    throw new HostkeepError('input/not-found', { passphraseFile: path }, cause);
  }
}
