import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { noBrowser } from './browser.ts';
import { filledConsole } from './filled.ts';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on the page as it is; evaluated past the page's policy, which allows no such script. */
async function violations(page: Page, rules: readonly string[] = []): Promise<readonly string[]> {
  await page.evaluate(source);
  const found = await page.evaluate((only) => {
    const options = only.length === 0 ? {} : { runOnly: { type: 'rule' as const, values: [...only] } };
    return (globalThis as unknown as { axe: typeof axe }).axe.run(options);
  }, rules);
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join(' | ')}`,
  );
}

test('on a filled lab', { skip: noBrowser, timeout: 900_000 }, async (context) => {
  const console = await filledConsole(context, { vms: 500, points: 20_000 });

  for (const dark of [false, true])
    await context.test(`axe finds nothing on any page, ${dark ? 'dark' : 'light'}`, async () => {
      const { page, complaints, context: window } = await console.open({ dark });
      const found: Record<string, readonly string[]> = {};
      for (const { name, path, ready } of console.pages) {
        await page.goto(console.addressOf(path));
        await page.getByRole('heading', { level: 1 }).waitFor();
        await ready?.(page);
        // What is on a page is the same in the dark; its colours are not.
        const wrong = await violations(page, dark ? ['color-contrast', 'link-in-text-block'] : []);
        if (wrong.length > 0) found[name] = wrong;
      }
      assert.deepEqual(found, {});
      assert.deepEqual(complaints, []);
      await window.close();
    });

  await context.test('German has a text for everything, and the dialogues have no violation either', async () => {
    const { page, context: window } = await console.open({ locale: 'de-DE' });
    await page.getByRole('heading', { level: 1, name: 'Überblick' }).waitFor();
    for (const { path, ready } of console.pages) {
      await page.goto(console.addressOf(path));
      await page.getByRole('heading', { level: 1 }).waitFor();
      await ready?.(page);
      assert.doesNotMatch(
        await page.locator('#root').innerText(),
        /\b[a-z]+\.[a-z-]+\.[a-z-]+\b(?<!\.vhdx|\.txt|\.csv)/,
        'a key stands where a text should',
      );
    }
    await page.goto(console.addressOf('/repositories'));
    await page.getByRole('button', { name: 'Neues Repository' }).click();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Escape');
    await page.goto(console.addressOf('/hosts'));
    await page.getByRole('button', { name: 'Host hinzufügen' }).click();
    assert.deepEqual(await violations(page), []);
    await window.close();
  });

  await context.test('the first paint comes within a second, and every page within 200 ms, with 500 VMs', async (act) => {
    const { page, context: window } = await console.open();
    await page.locator('.table-row').first().waitFor();
    const paint = await bestOf(async () => {
      await page.goto('about:blank');
      await page.goto(console.addressOf('/'));
      await page.locator('.table-row').first().waitFor();
      return page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity);
    }, wantedMs.paint);
    const times: Record<string, number> = {};
    for (const name of ['Protect', 'Jobs', 'Runs', 'Restore', 'Hosts', 'Repositories', 'Activity', 'Settings', 'Overview'])
      times[name] = await bestOf(async () => {
        await page.evaluate(opened, name === 'Overview' ? 'Settings' : 'Overview');
        return page.evaluate(opened, name);
      }, wantedMs.navigation);
    const each = Object.entries(times).map(([name, ms]) => `${name} ${Math.round(ms)}`);
    act.diagnostic(`first paint ${Math.round(paint)} ms; ${each.join(', ')} ms`);
    assert.ok(paint < wantedMs.paint, `first paint after ${Math.round(paint)} ms`);
    for (const [name, ms] of Object.entries(times)) assert.ok(ms < wantedMs.navigation, `${name} took ${Math.round(ms)} ms`);
    await window.close();
  });

  await context.test('of a list only what is in sight is in the document', async () => {
    const { page, context: window } = await console.open();
    for (const path of ['/', '/protect', '/restore?vm=web000']) {
      await page.goto(console.addressOf(path));
      await page.locator('.table-row').first().waitFor();
      const rows = await page.locator('.table-row').count();
      assert.ok(rows < 100, `${path} has ${rows} rows in the document`);
    }
    await window.close();
  });
});

const wantedMs = { paint: 1000, navigation: 200 } as const;
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
