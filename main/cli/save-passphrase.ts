import type { Context } from './context.ts';
import { inHome } from './with-home.ts';

/** Keeps the passphrase of a repository for the jobs and drills of this account. @throws HostkeepError repository/wrong-passphrase, secrets/* */
export async function savePassphrase(context: Context, repository: string): Promise<void> {
  const { keepPassphrase } = await import('#service');
  await inHome(context, async (home) =>
    keepPassphrase(repository, home.secrets, await context.secret('Passphrase of the repository: ')),
  );
}
