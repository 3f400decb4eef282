import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { HostkeepError, type OnProgress } from '#contract';
import type { Repository } from '#engine/repository';
import type { Home } from '#service';
import { askSecret } from './ask-secret.ts';
import { progressLine } from './progress-line.ts';

/** What every command can ask for. Heavy modules load when they are needed: `cat` must be quick. */
export interface Context {
  readonly json: boolean;
  /** Prints a value as JSON, or as the text that `toText` makes of it. */
  print<Value>(value: Value, toText: (value: Value) => string): void;
  openHome(): Promise<Home>;
  homePath(): Promise<string>;
  withRepository<Result>(act: (repository: Repository) => Promise<Result>): Promise<Result>;
  repositoryFolder(): string;
  secret(question: string): Promise<string>;
  readonly onProgress: OnProgress;
  /** Aborts at the first interrupt; a second one ends the process. */
  readonly signal: AbortSignal;
}

export function contextOf(command: Command): Context {
  const options = command.optsWithGlobals<{ json?: boolean; home?: string; repo?: string; passwordFile?: string }>();
  const json = options.json === true;
  const progress = progressLine(process.stderr, json);
  const repositoryFolder = (): string => {
    const folder = options.repo ?? process.env['HOSTKEEP_REPO'];
    if (folder === undefined || folder === '')
      throw new HostkeepError('input/missing-option', { option: '--repo DIR or HOSTKEEP_REPO' });
    return folder;
  };
  const secret = (question: string): Promise<string> => findSecret(options.passwordFile, question);
  const homePath = async (): Promise<string> =>
    options.home ?? process.env['HOSTKEEP_HOME'] ?? (await import('#service')).defaultHome(process.env);
  return {
    json,
    print(value, toText) {
      progress.clear();
      process.stdout.write(json ? `${JSON.stringify(value)}\n` : ended(toText(value)));
    },
    homePath,
    openHome: async () => (await import('#service')).openHome(await homePath()),
    async withRepository(act) {
      const { openRepositoryAt } = await import('#service');
      const repository = await openRepositoryAt(repositoryFolder(), () => secret('Passphrase or recovery key: '));
      try {
        return await act(repository);
      } finally {
        progress.clear();
        await repository.close();
      }
    },
    repositoryFolder,
    secret,
    onProgress: progress.show,
    signal: interrupted(),
  };
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

async function findSecret(file: string | undefined, question: string): Promise<string> {
  if (file !== undefined) return firstLine(file);
  const given = process.env['HOSTKEEP_PASSWORD'];
  if (given !== undefined && given !== '') return given;
  return askSecret(question);
}

async function firstLine(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).split(/\r?\n/, 1)[0] ?? '';
  } catch (cause) {
    throw new HostkeepError('input/not-found', { passwordFile: file }, cause);
  }
}

function interrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    process.stderr.write('\nStopping; interrupt again to end at once.\n');
    controller.abort(new HostkeepError('input/cancelled'));
  });
  process.once('SIGTERM', () => controller.abort(new HostkeepError('input/cancelled')));
  return controller.signal;
}
