/** How fast the console is on a filled lab, by the numbers that it must keep. */
import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FilledConsole } from './filled.ts';

/**
 * What it must keep on a machine that has nothing else to do, which HOSTKEEP_IDLE says that this one is. Elsewhere ten times as much: what is
 * slow for no other reason than the machine fails nobody's work.
 */
const slack = process.env['HOSTKEEP_IDLE'] === undefined ? 10 : 1;
const wantedMs = { paint: 1000 * slack, navigation: 200 * slack } as const;
const attempts = 4;

/** The best of some attempts, as soon as one is good enough: what else the machine does only ever slows a page down. */
async function bestOf(measure: () => Promise<number>, wanted: number): Promise<number> {
  let best = Infinity;
  for (let attempt = 0; attempt < attempts && best >= wanted; attempt += 1) best = Math.min(best, await measure());
  return best;
}

/** Runs in the page: from the click until the page stands with what it is about, and is painted. */
async function opened(label: string): Promise<number> {
  const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const link = [...document.querySelectorAll<HTMLElement>('nav a')].find((one) => one.textContent === label)!;
  const began = performance.now();
  const stands = (): boolean =>
    document.querySelector('h1')?.textContent === label &&
    document.querySelector('main .card') !== null &&
    document.querySelector('main .fui-Skeleton') === null;
  link.click();
  do await frame();
  while (!stands());
  return performance.now() - began;
}

export async function isFast(act: TestContext, console: FilledConsole): Promise<void> {
  const { page, context: window } = await console.open();
  await page.locator('.table-row').first().waitFor();
  const paint = await bestOf(async () => {
    await page.goto('about:blank');
    await page.goto(console.addressOf('/'));
    await page.locator('.table-row').first().waitFor();
    return page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity);
  }, wantedMs.paint);
  const times: Record<string, number> = {};
  for (const name of await page.locator('nav a').allTextContents())
    times[name] = await bestOf(async () => {
      await page.evaluate(opened, name === 'Overview' ? 'Settings' : 'Overview');
      return page.evaluate(opened, name);
    }, wantedMs.navigation);
  const each = Object.entries(times).map(([name, ms]) => `${name} ${Math.round(ms)}`);
  act.diagnostic(`first paint ${Math.round(paint)} ms; ${each.join(', ')} ms`);
  assert.ok(paint < wantedMs.paint, `first paint after ${Math.round(paint)} ms`);
  for (const [name, ms] of Object.entries(times)) assert.ok(ms < wantedMs.navigation, `${name} took ${Math.round(ms)} ms`);
  await window.close();
}

const built = fileURLToPath(new URL('../../dist/renderer', import.meta.url));
const mostBytes = 900_000;

/** What is loaded before anything is painted: the page names it all. */
export async function isSmall(act: TestContext): Promise<void> {
  const sizeOf = async (name: string): Promise<number> => (await stat(join(built, 'assets', name))).size;
  const sum = async (names: readonly string[]): Promise<number> =>
    (await Promise.all(names.map(sizeOf))).reduce((total, size) => total + size, 0);
  const page = await readFile(join(built, 'index.html'), 'utf8');
  const first = await sum([...page.matchAll(/assets\/([^"]+\.js)"/g)].map(([, name]) => name!));
  const all = await sum(await readdir(join(built, 'assets')));
  act.diagnostic(`${Math.round(first / 1000)} KB of scripts before the first page, ${Math.round(all / 1000)} KB in all`);
  assert.ok(first > 0 && first < mostBytes, `${first} bytes of scripts before the first page`);
}

export async function isVirtual(_act: TestContext, console: FilledConsole): Promise<void> {
  const { page, context: window } = await console.open();
  for (const path of ['/', '/protect', '/restore?vm=web000']) {
    await page.goto(console.addressOf(path));
    await page.locator('.table-row').first().waitFor();
    const rows = await page.locator('.table-row').count();
    assert.ok(rows < 100, `${path} has ${rows} rows in the document`);
  }
  await window.close();
}
