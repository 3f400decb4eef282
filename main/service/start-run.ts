/**
 * Starts a run of our own command line in its own process. The second place that may start a process, beside the PowerShell
 * driver: a run must outlive the window and the console that asked for it, and nothing but our own program is ever started here.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';
import type { DatabaseSync } from 'node:sqlite';
import { HostkeepError, type RunId, type RunRequest } from '#contract';
import { makeFoldersSync } from '#files';
import { installedFolder } from './machine-settings.ts';
import { turnLog } from './old-logs.ts';
import { adoptRun, announceRun, failRun, type NewRun } from './state/run-control.ts';

/** How our own command line is started. In a packaged app it is the app itself. */
export interface Program {
  readonly file: string;
  readonly parameters: readonly string[];
}

/** The installed command line is one program, which knows its script; elsewhere it is Node with the script as its argument. */
export const ownProgram: Program = installedProgram() ?? {
  file: process.execPath,
  parameters: [fileURLToPath(new URL('../cli/hostkeep.js', import.meta.url))],
};

function installedProgram(): Program | null {
  const folder = installedFolder();
  if (folder === null) return null;
  return { file: isSea() ? process.execPath : join(folder, 'bin', 'hostkeep.exe'), parameters: [] };
}

export interface StartRun {
  readonly home: string;
  readonly state: DatabaseSync;
  readonly program: Program;
  readonly now: () => number;
}

/** What a run must know and nobody may read afterwards. */
export interface RunSecrets {
  /** Of its repository; null where it needs none. */
  readonly passphrase: string | null;
  /** Lines that it reads right after it, such as secrets of CHAP. */
  readonly lines?: readonly string[];
}

/**
 * The run is in the state database before its process exists, so that every window sees it at once. Secrets go through standard
 * input: they are in no argument list, no environment and no file, and not in the request that is kept.
 */
export function startRun(of: StartRun, run: NewRun, request: RunRequest, { passphrase, lines = [] }: RunSecrets): RunId {
  announceRun(of.state, run, request);
  const logs = join(of.home, 'logs');
  makeFoldersSync(logs);
  const log = openSync(join(logs, `run-${run.id}.log`), 'a', 0o600);
  try {
    const parameters = [...of.program.parameters, '--home', of.home, '--json', '--run', run.id];
    const asked = passphrase === null ? [] : ['--password-stdin'];
    const child = spawn(of.program.file, [...parameters, ...asked, ...request.command], {
      detached: true,
      windowsHide: true,
      stdio: ['pipe', log, log],
      env: withoutSecrets(process.env),
    });
    const ended = (error: HostkeepError): void => {
      if (of.state.isOpen) failRun(of.state, run.id, { at: of.now(), error });
    };
    child.once('error', (cause) => ended(new HostkeepError('run/not-started', { run: run.id }, cause)));
    // A child that ends before it has read its lines says why by its exit.
    child.stdin?.once('error', () => undefined);
    const input = [...(passphrase === null ? [] : [passphrase]), ...lines, ...request.lines];
    child.stdin?.end(input.map((line) => `${line}\n`).join(''));
    child.once('exit', () => ended(new HostkeepError('run/interrupted', { run: run.id })));
    if (child.pid !== undefined) adoptRun(of.state, run.id, child.pid);
    child.unref();
  } finally {
    closeSync(log);
  }
  return run.id;
}

/** Starts a job of our own command line, for the scheduler in a process; resolves to its exit code. It outlives this process. */
export function startJobProcess(of: Pick<StartRun, 'home' | 'program'>, parameters: readonly string[]): Promise<number> {
  const logs = join(of.home, 'logs');
  makeFoldersSync(logs);
  turnLog(join(logs, 'scheduler.log'));
  const log = openSync(join(logs, 'scheduler.log'), 'a', 0o600);
  try {
    const child = spawn(of.program.file, [...of.program.parameters, '--home', of.home, '--json', ...parameters], {
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log, log],
      env: withoutSecrets(process.env),
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    closeSync(log);
  }
}

/** But for the password of a host, which a run has no other way to learn where there is no keystore. */
function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isSecret = (name: string): boolean => /^hostkeep_.*(password|secret)$/i.test(name) && name !== 'HOSTKEEP_HOST_PASSWORD';
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isSecret(name)));
}
