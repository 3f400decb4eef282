/**
 * The app as a user starts it, in the shape of Playwright's `ElectronApplication`: on the real binary where there is one (`HOSTKEEP_ELECTRON`
 * names it), on the stand-in elsewhere. What only the stand-in can show is in `standIn`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';
import { _electron, chromium, type Page } from 'playwright-core';
import type * as Electron from 'electron';
import type { Ask, Told } from './stand-in/remote.ts';
import type { Registry } from './stand-in/registry.ts';

export const appFolder = fileURLToPath(new URL('../../dist/app', import.meta.url));
const standInBinary = fileURLToPath(new URL('stand-in/electron', import.meta.url));
const binary = process.env['HOSTKEEP_ELECTRON'];

export const isReal = binary !== undefined && existsSync(binary);

type Act<Given, Value> = (electron: typeof Electron, given: Given) => Value | Promise<Value>;

export interface DesktopApp {
  evaluate<Value, Given = undefined>(act: Act<Given, Value>, given?: Given): Promise<Value>;
  /** What the stand-in was told to show. */
  standIn<Value, Given = undefined>(act: (shown: Registry, given: Given) => Value, given?: Given): Promise<Value>;
  firstWindow(): Promise<Page>;
  /** Ends it as its own menu does. */
  quit(): Promise<void>;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
}

export interface DesktopOptions {
  readonly home: string;
  readonly userData: string;
  readonly parameters?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startDesktop(context: TestContext, options: DesktopOptions): Promise<DesktopApp> {
  return isReal ? startReal(context, options) : startStandIn(context, options);
}

const parametersOf = ({ userData, parameters = [] }: DesktopOptions): string[] => [
  appFolder,
  `--user-data-dir=${userData}`,
  ...parameters,
];

async function startStandIn(context: TestContext, options: DesktopOptions): Promise<DesktopApp> {
  const child = spawn(standInBinary, parametersOf(options), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, HOSTKEEP_HOME: options.home, ...options.environment },
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const waiting = new Map<number, (told: Told) => void>();
  child.on('message', (told: Told) => {
    waiting.get(told.id)?.(told);
    waiting.delete(told.id);
  });
  let last = 0;
  const ask = async (source: string, given: unknown): Promise<unknown> => {
    last += 1;
    const id = last;
    const answer = new Promise<Told>((resolve) => waiting.set(id, resolve));
    child.send({ id, source, given } satisfies Ask);
    const { value, error } = await Promise.race([answer, exited.then((code) => ({ value: undefined, error: `exit ${code}` }))]);
    if (error !== undefined) throw new Error(error);
    return value;
  };
  let browser: Awaited<ReturnType<typeof chromium.connectOverCDP>> | undefined;
  context.after(async () => {
    await browser?.close();
    child.kill('SIGKILL');
    await exited;
  });
  const evaluate = async <Value, Given>(act: Act<Given, Value>, given?: Given): Promise<Value> =>
    (await ask(act.toString(), given)) as Value;
  return {
    exited,
    evaluate,
    standIn: async <Value, Given>(act: (shown: Registry, given: Given) => Value, given?: Given) =>
      (await ask(`(_electron, given) => (${act.toString()})(globalThis.standIn, given)`, given)) as Value,
    async firstWindow() {
      browser ??= await chromium.connectOverCDP((await ask('endpoint', undefined)) as string);
      const [shown] = browser.contexts();
      for (;;) {
        const page = shown!.pages().find((one) => one.url().startsWith('https://hostkeep.stand-in.invalid'));
        if (page !== undefined) return page;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async quit() {
      await evaluate(({ app }) => app.quit());
      await exited;
    },
  };
}

async function startReal(context: TestContext, options: DesktopOptions): Promise<DesktopApp> {
  const app = await _electron.launch({
    executablePath: binary!,
    args: parametersOf(options),
    env: { ...(process.env as Record<string, string>), HOSTKEEP_HOME: options.home, ...options.environment },
  });
  const exited = once(app.process(), 'exit').then(([code]) => code as number | null);
  context.after(() => app.close());
  return {
    exited,
    evaluate: (act, given) => app.evaluate(act as never, given) as never,
    standIn: () => Promise.reject(new Error('this part can only be seen on the stand-in')),
    firstWindow: () => app.firstWindow(),
    async quit() {
      await app.evaluate(({ app }) => app.quit());
      await exited;
    },
  };
}
