import { readFile } from 'node:fs/promises';
import { HostkeepError, type Job } from '#contract';
import type { Secrets } from '#engine/ports';
import { readRepositoryId } from '#engine/repository';
import { folderStorage } from '#engine/storage';

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

/** Keeps the passphrase for the jobs of this account. */
export async function keepPassphrase(folder: string, secrets: Secrets, passphrase: string): Promise<void> {
  await secrets.set(secretName(await repositoryIdAt(folder)), passphrase);
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
