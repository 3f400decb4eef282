import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openHome } from '#service';
import { consoleRouter, consoleServices, createCallerFactory, serveConsole } from '#service/console';
import { fillLab } from '../../main/cli/demo/fill-lab.ts';
import { seedMany } from '../../main/cli/demo/seed-many.ts';
import { temporaryFolder } from '../fixtures/environment.ts';
import { launch, openWindow, type Look, type Window } from './browser.ts';
import { cli } from './console.ts';
import { addressOf, pagesOf, type PageToShow } from './pages.ts';

export interface FilledConsole {
  readonly folder: string;
  readonly pages: readonly PageToShow[];
  /** The newest restore point of FS01, and the address of its page. */
  readonly point: string;
  readonly at: string;
  open(look?: Look): Promise<Window>;
  addressOf(path: string): string;
}

const renderer = fileURLToPath(new URL('../../dist/renderer', import.meta.url));

/** A console on a lab with some days behind it, and with as many VMs more as are asked for. */
export async function filledConsole(
  context: TestContext,
  many?: { readonly vms: number; readonly points: number },
): Promise<FilledConsole> {
  const folder = await temporaryFolder(context);
  const home = openHome(join(folder, 'home'));
  const services = consoleServices(home, {
    mode: 'browser',
    version: '0',
    program: { file: process.execPath, parameters: [cli] },
  });
  await fillLab(services, () => undefined);
  if (many !== undefined) seedMany(home.state, { ...many, now: Date.now() });
  const served = await serveConsole({ services, renderer, port: 0 });
  const browser = await launch();
  context.after(async () => {
    await browser.close();
    await served.close();
    await services.close();
    home.close();
  });
  const ask = createCallerFactory(consoleRouter)(services);
  const [newest] = await ask.points.list({ vm: 'FS01', repository: null, limit: 1 });
  return {
    folder,
    point: newest!.id,
    at: `/restore/${newest!.repository}/${newest!.id}`,
    pages: await pagesOf(ask),
    open: (look) => openWindow(browser, served.url, look),
    addressOf: (path) => addressOf(served.origin, path),
  };
}
