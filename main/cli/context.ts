import { resolve } from 'node:path';
import type { Command } from 'commander';
import { HostkeepError, type OnProgress } from '#contract';
import { machineSettings } from '#service/machine-settings';
import type { HeldLock, Repository } from '#engine/repository';
import type { Home, OpenHost } from '#service';
import { askNewSecret, askSecret, givenOrAsked } from './ask-secret.ts';
import { firstLineOf } from './given-file.ts';
import { firstInputLine } from './input-lines.ts';
import { progressLine } from './progress-line.ts';
import { forTerminal, tell, wrapped } from './text.ts';

export const repositorySecret = 'Passphrase or recovery key: ';

export interface OpeningOptions {
  /** Called while the key is derived, if it is: what `act` needs is loaded beside that. */
  readonly meanwhile?: () => void;
}

/** What every command can ask for. Heavy modules load when they are needed: `cat` must be quick. */
export interface Context {
  readonly json: boolean;
  /** Prints a value as JSON, or as the text that `toText` makes of it. */
  print<Value>(value: Value, toText: (value: Value) => string): void;
  openHome(): Promise<Home>;
  /** Opens the host that `--host` names, or the only one. */
  withHost<Result>(act: (host: OpenHost, home: Home) => Promise<Result>, name?: string): Promise<Result>;
  homePath(): Promise<string>;
  withRepository<Result>(act: (repository: Repository) => Promise<Result>, how?: OpeningOptions): Promise<Result>;
  /** Like `withRepository`, for what reads restore points: no compact begins meanwhile. */
  whileReading<Result>(act: (repository: Repository) => Promise<Result>, how?: OpeningOptions): Promise<Result>;
  repositoryFolder(): string;
  /** The id under which whoever started this command expects its run; undefined when a person did. */
  readonly runId: string | undefined;
  /** Whether the first line of standard input is the passphrase. */
  readonly readsSecret: boolean;
  secret(question: string): Promise<string>;
  /** The passphrase of a new repository, from the same places; on a terminal it is asked for twice. */
  newSecret(): Promise<string>;
  readonly onProgress: OnProgress;
  /** Says on standard error why a lock takes minutes. */
  readonly onLockWatched: (held: HeldLock) => void;
  /** Aborts at the first interrupt; a second one ends the process. */
  readonly signal: AbortSignal;
}

export function contextOf(command: Command): Context {
  const options = command.optsWithGlobals<{
    json?: boolean;
    home?: string;
    repo?: string;
    passwordFile?: string;
    passwordStdin?: boolean;
    run?: string;
    host?: string;
  }>();
  const json = options.json === true;
  const progress = progressLine(process.stderr, json);
  const repositoryFolder = (): string => {
    const folder = options.repo ?? process.env['HOSTKEEP_REPO'] ?? machineSettings().repository;
    if (folder === null || folder === '')
      throw new HostkeepError('input/missing-option', { option: '--repo DIR or HOSTKEEP_REPO' });
    // It is remembered, for commands that run elsewhere.
    return resolve(folder);
  };
  const secretFrom = (ask: () => Promise<string>): Promise<string> =>
    options.passwordStdin === true ? firstInputLine() : findSecret(options.passwordFile, ask);
  const secret = (question: string): Promise<string> => secretFrom(() => askSecret(question));
  const onLockWatched = (held: HeldLock): void => {
    if (json) return;
    progress.clear();
    // Where a repository is open its modules are there.
    void import('#engine/repository').then(({ lockWatchedSays }) => tell(`${wrapped(lockWatchedSays(held), 78).join('\n')}\n`));
  };
  const homePath = async (): Promise<string> =>
    resolve(options.home ?? process.env['HOSTKEEP_HOME'] ?? (await import('#service/command')).defaultHome(process.env));
  const openHome = async (): Promise<Home> => (await import('#service/command')).openHome(await homePath());
  const withRepository = async <Result>(
    act: (repository: Repository) => Promise<Result>,
    how: OpeningOptions & { readonly reading?: string } = {},
  ): Promise<Result> => {
    // A door of its own: who reads a file waits for nothing else.
    const { openRepositoryAt } = await import('#service/repositories');
    const repository = await openRepositoryAt(repositoryFolder(), () => secret(repositorySecret), { ...how, onLockWatched });
    try {
      return await act(repository);
    } finally {
      progress.clear();
      await repository.close();
    }
  };
  return {
    json,
    print(value, toText) {
      progress.clear();
      process.stdout.write(json ? `${JSON.stringify(value)}\n` : forTerminal(ended(toText(value))));
    },
    homePath,
    openHome,
    async withHost(act, name) {
      const home = await openHome();
      try {
        const host = await home.hosts.open(home.hosts.select(name ?? options.host), hostPassword);
        try {
          return await act(host, home);
        } finally {
          progress.clear();
          await host.close();
        }
      } finally {
        home.close();
      }
    },
    withRepository,
    whileReading: (act, how) => withRepository(act, { ...how, reading: command.name() }),
    repositoryFolder,
    runId: options.run,
    readsSecret: options.passwordStdin === true,
    secret,
    newSecret: () => secretFrom(askNewSecret),
    onProgress: progress.show,
    onLockWatched,
    signal: interrupted(),
  };
}

/** The password of a host: from the environment, or asked for on the terminal. */
export function hostPassword(): Promise<string> {
  return givenOrAsked('HOSTKEEP_HOST_PASSWORD', 'Password of the host: ');
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

async function findSecret(file: string | undefined, ask: () => Promise<string>): Promise<string> {
  if (file !== undefined) return firstLineOf(file, 'passwordFile');
  const given = process.env['HOSTKEEP_PASSWORD'];
  if (given !== undefined && given !== '') return given;
  return ask();
}

function interrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    process.stderr.write('\nStopping; interrupt again to end at once.\n');
    controller.abort(new HostkeepError('input/cancelled'));
  });
  process.once('SIGTERM', () => controller.abort(new HostkeepError('input/cancelled')));
  // The terminal is gone: told by the shell and by the system, so that a second one does not mean that somebody is in a hurry.
  process.on('SIGHUP', () => controller.abort(new HostkeepError('input/cancelled')));
  return controller.signal;
}
