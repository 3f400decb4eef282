import type { Page } from 'playwright-core';
import type { createCallerFactory, consoleRouter } from '#service/console';

export interface PageToShow {
  readonly name: string;
  readonly path: string;
  ready?(page: Page): Promise<unknown>;
}

type Ask = ReturnType<ReturnType<typeof createCallerFactory<(typeof consoleRouter)['_def']['record']>>>;

/** A page's address: what is asked for stands before the fragment that names the page. */
export function addressOf(origin: string, path: string): string {
  const [place, search] = path.split('?');
  return `${origin}/${search === undefined ? '' : `?${search}`}#${place}`;
}

const row = (page: Page): Promise<unknown> => page.locator('.table-row').first().waitFor();

/** Looks into files of `backUpObjects`, where they are. */
async function objectPages(ask: Ask): Promise<readonly PageToShow[]> {
  const [point] = await ask.points.list({ vm: 'OBJECTS', repository: null, limit: 1 });
  if (point === undefined) return [];
  const at = `/restore/${point.repository}/${point.id}`;
  const [disk] = (await ask.points.get({ repository: point.repository, point: point.id })).devices;
  const of = (path: string): string => encodeURIComponent(`${disk!.partitions[0]!.path}/${path}`);
  const open =
    (...names: readonly string[]) =>
    async (page: Page) => {
      for (const name of names) await page.getByRole('row').filter({ hasText: name }).first().click();
      await row(page);
    };
  const values = open('Setup', 'Services', 'Spooler', 'ImagePath');
  const described = (page: Page): Promise<unknown> => page.locator('.facts').first().waitFor();
  return [
    { name: 'hive', path: `${at}/hive?path=${of('config/SYSTEM')}`, ready: values },
    { name: 'events', path: `${at}/events?path=${of('logs/System.evtx')}`, ready: open('7036') },
    { name: 'database-sql', path: `${at}/files?path=${of('data')}&file=orders.mdf`, ready: described },
    { name: 'database-ese', path: `${at}/files?path=${of('data')}&file=mail.edb`, ready: described },
  ];
}

/** Every page of the console, with what there is to show on a filled lab. */
export async function pagesOf(ask: Ask): Promise<readonly PageToShow[]> {
  const runs = await ask.runs.list({ limit: 100, before: null });
  const failed = runs.find((run) => run.state === 'failed');
  const good = runs.find((run) => run.kind === 'backup' && run.state === 'success');
  const [point] = await ask.points.list({ vm: 'FS01', repository: null, limit: 1 });
  const at = `/restore/${point?.repository}/${point?.id}`;
  const folder = encodeURIComponent('/disk0/part2/Users/anna/Documents');
  return [
    { name: 'overview', path: '/', ready: row },
    { name: 'first-run', path: '/first-run' },
    { name: 'protect', path: '/protect', ready: row },
    { name: 'jobs', path: '/jobs' },
    {
      name: 'job-form',
      path: '/jobs',
      ready: async (page) => {
        await page.locator('.page-head .actions button').click();
        await page.locator('.kept table').waitFor();
      },
    },
    { name: 'runs', path: '/runs', ready: row },
    { name: 'run', path: `/runs/${good?.id}` },
    { name: 'run-failed', path: `/runs/${failed?.id}` },
    { name: 'restore', path: '/restore?vm=FS01', ready: (page) => page.locator('.timeline').waitFor() },
    { name: 'restore-point', path: at, ready: (page) => page.locator('.choice').first().waitFor() },
    { name: 'restore-files', path: `${at}/files?path=${folder}`, ready: row },
    { name: 'big', path: `${at}/big`, ready: row },
    { name: 'search', path: '/restore/search' },
    { name: 'search-found', path: '/restore/search?name=letter', ready: row },
    { name: 'recoveries', path: '/recoveries' },
    { name: 'publications', path: '/publications' },
    { name: 'drills', path: '/drills' },
    { name: 'reports', path: '/reports', ready: (page) => page.locator('.report table').first().waitFor() },
    { name: 'hosts', path: '/hosts' },
    { name: 'repositories', path: '/repositories' },
    { name: 'rotation', path: `/repositories/${point?.repository}`, ready: row },
    { name: 'activity', path: '/activity', ready: row },
    { name: 'settings', path: '/settings' },
    ...(await objectPages(ask)),
  ];
}
