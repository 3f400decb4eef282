/** Tests ask for functions to be run here, with Electron's module in their hands, as Playwright lets them. */
import { runInThisContext } from 'node:vm';
import { app } from './app.ts';
import { chromium } from './cdp.ts';
import electron from './electron.ts';

export interface Ask {
  readonly id: number;
  /** The source of a function of (electron, given); 'endpoint' asks where Chromium can be met. */
  readonly source: string;
  readonly given: unknown;
}

export interface Told {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

export function listenToTests(): void {
  if (process.send === undefined) return;
  process.on('message', ({ id, source, given }: Ask) => {
    void run(source, given).then(
      (value) => process.send?.({ id, value } satisfies Told),
      (error: unknown) =>
        process.send?.({ id, error: error instanceof Error ? (error.stack ?? '') : String(error) } satisfies Told),
    );
  });
  // A test that is gone leaves nobody who would end this process.
  process.on('disconnect', () => app.exit(0));
}

async function run(source: string, given: unknown): Promise<unknown> {
  if (source === 'endpoint') return (await chromium()).endpoint;
  await app.whenReady();
  const act = runInThisContext(`(${source})`) as (module: unknown, given: unknown) => unknown;
  return act(electron, given);
}
