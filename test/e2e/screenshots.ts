/** `npm run screenshots`: every page, light and dark, at two sizes, into out/screenshots. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHome } from '#service';
import { createCallerFactory, consoleRouter, consoleServices, serveConsole } from '#service/console';
import { demoPassphrase, fillLab } from '../../main/cli/demo/fill-lab.ts';
import { launch, openWindow } from './browser.ts';
import { cli } from './console.ts';
import { addressOf, pagesOf } from './pages.ts';

const target = fileURLToPath(new URL('../../out/screenshots', import.meta.url));
const given = process.env['HOSTKEEP_HOME'];
const folder = given ?? (await mkdtemp(join(tmpdir(), 'hostkeep-pictures-')));
const renderer = fileURLToPath(new URL('../../dist/renderer', import.meta.url));
const home = openHome(folder);
const services = consoleServices(home, {
  mode: 'browser',
  version: '0.1.0',
  program: { file: process.execPath, parameters: [cli] },
});
const ask = createCallerFactory(consoleRouter)(services);
// A home that is given keeps its lab for the next time.
if ((await ask.repositories.list({})).length === 0) await fillLab(services, (text) => process.stdout.write(`${text}\n`));
for (const { id } of await ask.repositories.list({}))
  await ask.repositories.unlock({ repository: id, secret: demoPassphrase, remember: false });
const served = await serveConsole({ services, renderer, port: 0 });
const browser = await launch();
const only = process.argv[2];
try {
  await mkdir(target, { recursive: true });
  const pages = (await pagesOf(ask)).filter(({ name }) => only === undefined || name === only);
  for (const dark of [false, true]) {
    for (const [width, height] of [
      [1024, 700],
      [1440, 900],
    ] as const) {
      const { page, context } = await openWindow(browser, served.url, { dark, width, height });
      for (const { name, path, ready } of pages) {
        await page.goto(addressOf(served.origin, path));
        await page.getByRole('heading', { level: 1 }).waitFor();
        await ready?.(page);
        await page.waitForTimeout(350);
        await page.screenshot({ path: join(target, `${name}-${dark ? 'dark' : 'light'}-${width}.png`) });
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await served.close();
  await services.close();
  home.close();
  if (given === undefined) await rm(folder, { recursive: true, force: true });
}
process.stdout.write(`Pictures are in ${target}.\n`);
