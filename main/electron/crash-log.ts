/** What went wrong with the shell itself, in a file: bounded, without secrets, sent nowhere. */
import { app, crashReporter } from 'electron';
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';

const largestBytes = 1024 * 1024;

export function logFolder(): string {
  return app.getPath('logs');
}

/** Synchronously: the process may be gone the moment after. */
export function logFailure(what: string, cause: unknown): void {
  const folder = logFolder();
  const file = join(folder, 'shell.log');
  try {
    mkdirSync(folder, { recursive: true });
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > largestBytes) renameSync(file, `${file}.1`);
    appendFileSync(file, `${new Date().toISOString()} ${what}: ${inspect(cause, { depth: 4 })}\n`, { mode: 0o600 });
  } catch (error) {
    // Nowhere left to tell but here.
    process.stderr.write(`${what}: ${inspect(cause)}\n${inspect(error)}\n`);
  }
}

export function keepCrashLog(): void {
  // Minidumps stay in a folder of this user; nothing is uploaded.
  crashReporter.start({ uploadToServer: false });
  process.on('uncaughtException', (error) => logFailure('uncaught exception', error));
  process.on('unhandledRejection', (error) => logFailure('unhandled rejection', error));
  app.on('child-process-gone', (_event, details) => logFailure('a process of the shell is gone', details));
}
