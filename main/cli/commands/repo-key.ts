import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { RepositoryKey } from '#engine/repository';
import { askNewSecret } from '../ask-secret.ts';
import { contextOf, type Context } from '../context.ts';
import { firstLineOf } from '../given-file.ts';
import { inputLines } from '../input-lines.ts';
import { tableText, wrapped } from '../text.ts';
import { inHome } from '../with-home.ts';
import { withRepoOption } from './repo-option.ts';

export function repoKey(repo: Command): void {
  const group = repo.command('key').description('what opens a repository: a passphrase, and recovery keys');
  withRepoOption(group.command('list'))
    .description('the keys of a repository, and which one was used now')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { listKeys } = await import('#engine/repository');
        context.print(await listKeys(repository), (keys) => tableText(['KEY', 'WHAT', 'USED NOW'], keys.map(keyRow)));
      });
    });
  withRepoOption(group.command('add-recovery'))
    .description('add a printable recovery key')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { addRecoveryKey } = await import('#engine/repository');
        context.print({ repository: repository.id, recoveryKey: await addRecoveryKey(repository) }, keyText);
      });
    });
  withRepoOption(group.command('change-passphrase'))
    .description('a new passphrase in the place of the old one, which need not be known: a recovery key will do')
    .option(
      '--new-password-file <file>',
      'the new one: the first line of a file (otherwise HOSTKEEP_NEW_PASSWORD, the line after that of --password-stdin, or a prompt)',
    )
    .action(async (options: { newPasswordFile?: string }, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { changePassphrase } = await import('#engine/repository');
        const passphrase = await newPassphrase(context, options.newPasswordFile);
        const changed = await changePassphrase(repository, passphrase);
        const known = await renewAtHome(context, passphrase);
        context.print({ repository: repository.id, ...changed, ...known }, changedText);
      });
    });
  withRepoOption(group.command('remove'))
    .description('remove a key, such as a recovery key whose print is lost; the last one stays')
    .argument('<key>', 'its id, as `repo key list` shows it')
    .action(async (key: string, _options: object, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { removeKey } = await import('#engine/repository');
        await removeKey(repository, key);
        context.print(
          { removed: key },
          () => `Removed key ${key}. It opens this repository no longer; copies made before it still do.`,
        );
      });
    });
}

export function keyText(made: { readonly repository: string; readonly recoveryKey: string }): string {
  return `Repository ${made.repository}\n\nRecovery key, shown only now. Print it and keep it apart from the repository:\n\n    ${made.recoveryKey}\n`;
}

const kinds = { passphrase: 'passphrase', recovery: 'recovery key', damaged: 'damaged' } as const;

function keyRow({ id, kind, used }: RepositoryKey): readonly string[] {
  return [id, kinds[kind], used ? 'yes' : 'no'];
}

async function newPassphrase(context: Context, file: string | undefined): Promise<string> {
  if (file !== undefined) return firstLineOf(file, 'newPasswordFile');
  const given = process.env['HOSTKEEP_NEW_PASSWORD'];
  if (given !== undefined && given !== '') return given;
  if (context.readsSecret) return (await inputLines(true))[0] ?? '';
  return askNewSecret('--new-password-file FILE or HOSTKEEP_NEW_PASSWORD');
}

interface Known {
  /** Whether the keystore of this computer has it in the place of the old one. */
  readonly kept: boolean;
  /** From which jobs and drills of this home read the old one. */
  readonly files: readonly string[];
}

/** A command on a repository alone makes no home. */
async function renewAtHome(context: Context, passphrase: string): Promise<Known> {
  if (!existsSync(join(await context.homePath(), 'state.db'))) return { kept: false, files: [] };
  const { renewPassphrase } = await import('#service');
  return inHome(context, (home) => renewPassphrase(home, context.repositoryFolder(), passphrase));
}

function changedText({ kept, files }: Known): string {
  const lines = ['The passphrase is changed; recovery keys are as they were.'];
  if (kept) lines.push('The keystore of this computer has the new one.');
  if (files.length > 0) lines.push(`Jobs read it from a file: put the new one into ${files.join(', ')}.`);
  lines.push(
    'Whoever has both the old one and a copy of the repository made before can still open that copy, and what both have in common.',
  );
  return lines.flatMap((line) => wrapped(line, 78)).join('\n');
}
