/** The only place that starts a process: one long-lived PowerShell per host, spoken to in JSON lines. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { HostkeepError } from '#contract';
import type { Log } from '#engine/ports';
import { unconnectedError } from './connection.ts';
import { proveScripts, scriptsRoot } from './installed-scripts.ts';
import { jsonLines } from './json-lines.ts';

const driverScript = join(scriptsRoot, 'scripts', 'driver.ps1');
const operationsFolder = join(scriptsRoot, 'operations');
const switches = ['-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File'];
const stderrLimit = 16 * 1024;
/** How long an operation may take to stop before its process is ended. */
const stopGraceMs = 15_000;
const startTimeoutMs = 60_000;
const pollMs = 250;

export interface Connection {
  readonly address: string;
  readonly useSsl: boolean;
  readonly port: number | null;
  /** Null: as the user who runs the console. The password travels on stdin only. */
  readonly credential: { readonly user: string; readonly password: string } | null;
}

export interface PowerShellOptions {
  /** Program and leading arguments; Windows PowerShell when nothing else is said. */
  readonly executable?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder of the operations' scripts; tests have their own. */
  readonly operations?: string;
  /** Null: this machine is the host. */
  readonly connection: Connection | null;
  readonly log?: Log;
  readonly stopGraceMs?: number;
  readonly startTimeoutMs?: number;
  /** How often scripts look whether a job of the host has gone on. */
  readonly pollMs?: number;
}

export interface Invocation {
  readonly operation: string;
  readonly request: unknown;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: unknown) => void;
}

export interface PowerShell {
  /**
   * Runs one operation; others wait their turn. An abort or time-out stops it on the host before this rejects.
   * @throws HostkeepError host/timeout, host/connection/*, host/powershell-missing, host/script-failed, input/cancelled
   */
  invoke(invocation: Invocation): Promise<unknown>;
  /** Requests sent so far. */
  readonly roundTrips: number;
  /** The engine's version, once it has answered. */
  readonly version: string | null;
  close(): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly ready?: string;
  readonly event?: unknown;
  readonly log?: string;
  readonly result?: unknown;
  readonly crashed?: Readonly<Record<string, unknown>>;
  readonly cancelled?: boolean;
  /** The connection broke while the operation ran. */
  readonly broken?: Readonly<Record<string, unknown>>;
  readonly unconnected?: Readonly<Record<string, unknown>>;
}

interface Driver {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<HostkeepError>;
  listen(answer: (answer: Answer) => void): void;
}

export function startPowerShell(options: PowerShellOptions): PowerShell {
  let driver: Promise<Driver> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let roundTrips = 0;
  let version: string | null = null;
  const started = (): Promise<Driver> => {
    driver ??= startDriver(options, (seen) => (version = seen)).then(
      (fresh) => {
        void fresh.ended.then(() => (driver = undefined));
        return fresh;
      },
      (error: unknown) => {
        driver = undefined;
        throw error;
      },
    );
    return driver;
  };
  return {
    get roundTrips() {
      return roundTrips;
    },
    get version() {
      return version;
    },
    invoke(invocation) {
      const turn = queue.then(async () => {
        if (invocation.signal.aborted) throw new HostkeepError('input/cancelled');
        roundTrips += 1;
        const living = await started();
        // A start takes a second: time enough to change one's mind.
        if (invocation.signal.aborted) throw new HostkeepError('input/cancelled');
        return request(living, roundTrips, invocation, options);
      });
      queue = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      await queue;
      const living = await driver?.catch(() => undefined);
      if (living === undefined) return;
      living.process.stdin.end();
      const timer = setTimeout(() => living.process.kill('SIGKILL'), options.stopGraceMs ?? stopGraceMs);
      await living.ended;
      clearTimeout(timer);
    },
  };
}

/**
 * Without the secrets that were given to us: PowerShell needs none of them, and what it starts inherits them. A console started from
 * PowerShell 7 also has its module path, in which Windows PowerShell finds modules that it cannot load.
 */
function inherited(): NodeJS.ProcessEnv {
  const isKept = (name: string): boolean =>
    !/^hostkeep_.*(password|secret)$/i.test(name) && (process.platform !== 'win32' || name.toLowerCase() !== 'psmodulepath');
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isKept(name)));
}

async function startDriver(options: PowerShellOptions, onVersion: (version: string) => void): Promise<Driver> {
  await proveScripts();
  const program = options.executable ?? (process.platform === 'win32' ? 'powershell.exe' : 'pwsh');
  const child = spawn(program, [...switches, driverScript], {
    windowsHide: true,
    env: { ...inherited(), POWERSHELL_TELEMETRY_OPTOUT: '1', NO_COLOR: '1', TERM: 'dumb', ...options.environment },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = `${stderr}${text}`.slice(-stderrLimit)));
  child.stdin.on('error', () => undefined); // The end of the process tells it all.
  let listener: (answer: Answer) => void = () => undefined;
  const ended = new Promise<HostkeepError>((resolve) => {
    child.once('error', (cause) => resolve(new HostkeepError('host/powershell-missing', { program }, cause)));
    child.once('close', (exitCode, signal) =>
      resolve(new HostkeepError('host/script-failed', { exitCode, signal, stderr: stderr.trim() })),
    );
  });
  const ready = new Promise<void>((resolve) => {
    jsonLines(child.stdout, {
      onValue: (value) => {
        const answer = value as Answer;
        if (answer.ready === undefined) return listener(answer);
        onVersion(answer.ready);
        resolve();
      },
      onNoise: (text) => options.log?.warn('PowerShell printed something else', { text }),
      onFlood: () => child.kill('SIGKILL'),
    });
  });
  const { connection } = options;
  const wire = connection && {
    address: connection.address,
    useSsl: connection.useSsl,
    port: connection.port,
    user: connection.credential?.user ?? null,
    password: connection.credential?.password ?? null,
  };
  child.stdin.write(
    `${JSON.stringify({ scripts: options.operations ?? operationsFolder, connection: wire, poll: options.pollMs ?? pollMs })}\n`,
  );
  const limit = options.startTimeoutMs ?? startTimeoutMs;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, limit);
  const failure = await Promise.race([ready, ended]).finally(() => clearTimeout(timer));
  if (late) throw new HostkeepError('host/timeout', { operation: 'start', milliseconds: limit }, failure);
  if (failure !== undefined) throw failure;
  return { process: child, ended, listen: (answer) => (listener = answer) };
}

async function request(driver: Driver, id: number, invocation: Invocation, options: PowerShellOptions): Promise<unknown> {
  const { operation, signal } = invocation;
  let stopping: HostkeepError | undefined;
  let kill: NodeJS.Timeout | undefined;
  const stop = (reason: HostkeepError): void => {
    if (stopping !== undefined) return;
    stopping = reason;
    driver.process.stdin.write(`${JSON.stringify({ cancel: id })}\n`);
    kill = setTimeout(() => driver.process.kill('SIGKILL'), options.stopGraceMs ?? stopGraceMs);
  };
  const onAbort = (): void => stop(new HostkeepError('input/cancelled'));
  const limit = setTimeout(
    () => stop(new HostkeepError('host/timeout', { operation, milliseconds: invocation.timeoutMs })),
    invocation.timeoutMs,
  );
  signal.addEventListener('abort', onAbort, { once: true });
  // What cannot be understood ends the request, not the process.
  const tell = (event: unknown, reject: (error: unknown) => void): void => {
    try {
      invocation.onEvent(event);
    } catch (error) {
      reject(error);
    }
  };
  const answered = new Promise<unknown>((resolve, reject) => {
    driver.listen((answer) => {
      if (answer.id !== id) return;
      if ('event' in answer) tell(answer.event, reject);
      else if (answer.log !== undefined) options.log?.info(answer.log, { operation });
      else if (answer.unconnected !== undefined) reject(unconnectedError(answer.unconnected, options.connection));
      else if (answer.broken !== undefined)
        reject(new HostkeepError('host/unreachable', { operation }, unconnectedError(answer.broken, options.connection)));
      else if (answer.crashed !== undefined) reject(new HostkeepError('host/script-failed', { operation, ...answer.crashed }));
      else resolve(answer.result);
    });
  });
  driver.process.stdin.write(`${JSON.stringify({ id, operation, request: JSON.stringify(invocation.request) })}\n`);
  try {
    const gone = driver.ended.then((cause) => Promise.reject(new HostkeepError('host/unreachable', { operation }, cause)));
    const result = await Promise.race([answered, gone]);
    if (stopping !== undefined) throw stopping;
    return result;
  } catch (error) {
    throw stopping ?? error;
  } finally {
    clearTimeout(limit);
    clearTimeout(kill);
    signal.removeEventListener('abort', onAbort);
    driver.listen(() => undefined);
  }
}
