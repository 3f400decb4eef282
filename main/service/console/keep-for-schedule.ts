import { keepPassphrase, openRepositoryOf } from '../jobs/passphrase.ts';
import { knownRepository, type KnownRepository } from '../state/repositories.ts';
import { fullPath } from './full-path.ts';
import type { Services } from './services.ts';

/**
 * The repository of a job or drill that is made or changed. What cannot open its repository at night must not be made by day: where no file has
 * the passphrase, the one of this console is kept; where one has it, it is tried. @throws HostkeepError input/invalid, input/not-found,
 * repository/passphrase-needed, repository/wrong-passphrase, secrets/*
 */
export async function keepForSchedule(
  { home, vault }: Services,
  form: { readonly repository: string; readonly passphraseFile: string | null },
): Promise<KnownRepository> {
  const known = knownRepository(home.state, form.repository);
  const { passphraseFile } = form;
  if (passphraseFile === null) await keepPassphrase(known.folder, home.secrets, await vault.secretOf(known));
  else {
    const passphrase = { kind: 'file', path: fullPath(passphraseFile) } as const;
    const repository = await openRepositoryOf({ name: '', repository: { path: known.folder, passphrase } }, home.secrets);
    await repository.close();
  }
  return known;
}
