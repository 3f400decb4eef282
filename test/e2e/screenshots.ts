/**
 * `npm run screenshots`: every page, light and dark, at two sizes, German and in a contrast theme, into out/screenshots; what is longer than the
 * window once more from its end. `-- NAME` makes those of one page or one look, `-- --readme` the two pictures of the README. A home that HOSTKEEP_HOME names
 * keeps its lab for the next time.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHome } from '#service';
import { createCallerFactory, consoleRouter, consoleServices, serveConsole } from '#service/console';
import { demoPassphrase, fillLab } from '../../main/cli/demo/fill-lab.ts';
import { launch, openWindow, type Look } from './browser.ts';
import { cli } from './console.ts';
import { backUpObjects } from './objects-image.ts';
import { addressOf, pagesOf, type PageToShow } from './pages.ts';

const target = fileURLToPath(new URL('../../out/screenshots', import.meta.url));
const readme = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
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
if ((await ask.points.list({ vm: 'OBJECTS', repository: null, limit: 1 })).length === 0) {
  const place = await mkdtemp(join(tmpdir(), 'hostkeep-objects-'));
  await backUpObjects(place, folder);
  await rm(place, { recursive: true });
}
for (const { id } of await ask.repositories.list({}))
  await ask.repositories.unlock({ repository: id, secret: demoPassphrase, remember: false });
const served = await serveConsole({ services, renderer, port: 0 });
const browser = await launch();
const [wish] = process.argv.slice(2);
const sizes = { 1024: { width: 1024, height: 700 }, 1440: { width: 1440, height: 900 } } as const;
const looks: Readonly<Record<string, Look>> = {
  'light-1024': sizes[1024],
  'light-1440': sizes[1440],
  'dark-1024': { ...sizes[1024], dark: true },
  'dark-1440': { ...sizes[1440], dark: true },
  'german-1024': { ...sizes[1024], locale: 'de-DE' },
  'contrast-1024': { ...sizes[1024], dark: true, forcedColours: true },
};

async function take(look: Look, pages: readonly PageToShow[], nameOf: (page: string) => string): Promise<void> {
  const { page, context } = await openWindow(browser, served.url, look);
  for (const { name, path, ready } of pages) {
    await page.goto(addressOf(served.origin, path));
    await page.getByRole('heading', { level: 1 }).waitFor();
    await ready?.(page);
    await page.mouse.move(0, 0);
    await page.waitForTimeout(settleMs);
    await page.screenshot({ path: nameOf(name) });
    const isLonger = await page.evaluate(() => {
      const main = document.querySelector('main')!;
      const before = main.scrollTop;
      main.scrollTop = main.scrollHeight;
      return main.scrollTop > before + 20;
    });
    if (isLonger && !isReadme) await page.screenshot({ path: nameOf(`${name}-end`) });
  }
  await context.close();
}

const settleMs = 350;
const isReadme = wish === '--readme';
try {
  await mkdir(target, { recursive: true });
  const pages = await pagesOf(ask);
  if (isReadme)
    await take(
      { ...sizes[1440], scale: 2 / 3 },
      pages.filter(({ name }) => name === 'overview' || name === 'run'),
      (name) => join(readme, `${name}.png`),
    );
  else
    for (const [name, look] of Object.entries(looks)) {
      if (wish !== undefined && wish in looks && wish !== name) continue;
      await take(
        look,
        pages.filter((one) => wish === undefined || wish in looks || one.name === wish),
        (page) => join(target, `${page}-${name}.png`),
      );
    }
} finally {
  await browser.close();
  await served.close();
  await services.close();
  home.close();
  if (given === undefined) await rm(folder, { recursive: true, force: true });
}
process.stdout.write(`Pictures are in ${isReadme ? readme : target}.\n`);
