import { keepPassphrase } from '../jobs/passphrase.ts';
import { knownRepository, type KnownRepository } from '../state/repositories.ts';
import type { Services } from './services.ts';

/**
 * The repository of a job or drill that is made or changed. What cannot open its repository at night must not be made by day: where no file has
 * the passphrase, the one of this console is kept. @throws HostkeepError input/not-found, repository/passphrase-needed, secrets/*
 */
export async function keepForSchedule(
  { home, vault }: Services,
  form: { readonly repository: string; readonly passphraseFile: string | null },
): Promise<KnownRepository> {
  const known = knownRepository(home.state, form.repository);
  if (form.passphraseFile === null) await keepPassphrase(known.folder, home.secrets, await vault.secretOf(known));
  return known;
}
