import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { noBrowser } from './browser.ts';
import { runEnded } from './console.ts';
import { filledConsole } from './filled.ts';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on the page as it is; evaluated past the page's policy, which allows no such script. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(source);
  const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
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
        const wrong = await violations(page);
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

  await context.test('by keyboard alone: a VM is protected, and a file is restored', async () => {
    const { page, context: window } = await console.open();
    const press = async (...keys: readonly string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    /** Tab after Tab until the focus is there: what cannot be reached so is a failure. */
    const tabTo = async (selector: string, name?: RegExp): Promise<void> => {
      for (let presses = 0; presses < 60; presses += 1) {
        const there = await page.evaluate(
          ([wanted, pattern]) => {
            const focused = document.activeElement;
            const label = `${focused?.getAttribute('aria-label') ?? ''} ${focused?.textContent ?? ''}`;
            return focused?.matches(wanted!) === true && (pattern === '' || new RegExp(pattern!).test(label));
          },
          [selector, name?.source ?? ''],
        );
        if (there) return;
        await page.keyboard.press('Tab');
      }
      assert.fail(`no way to ${selector} ${name?.source} by Tab`);
    };
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.locator('body').focus();
    await tabTo('nav a', /Protect/);
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Protect' }).waitFor();
    await tabTo('input');
    await page.keyboard.type('LNX01');
    await tabTo('[role=row]', /LNX01/);
    await press('Space');
    await page.getByText('One VM,').waitFor();
    await tabTo('button', /Back up now/);
    await press('Enter');
    await runEnded(page, 'Succeeded');
    await page.goto(console.addressOf('/restore'));
    await tabTo('input');
    await page.keyboard.type('FS01');
    await tabTo('[role=row]', /FS01/);
    await press('Enter');
    await tabTo('.timeline button');
    await press('ArrowLeft', 'ArrowRight');
    await tabTo('[role=row]', /Application/);
    await press('Enter');
    await page.locator('.choice').first().waitFor();
    await tabTo('.choice', /Files and folders/);
    await press('Enter');
    await tabTo('[role=row]', /part1/);
    await press('ArrowDown', 'Enter');
    for (const folder of ['Users', 'anna', 'Documents']) {
      await page.getByRole('row').filter({ hasText: folder }).waitFor();
      await tabTo('[role=row]');
      for (
        let moves = 0;
        moves < 20 && !(await page.evaluate((name) => document.activeElement?.textContent?.includes(name), folder));
        moves += 1
      )
        await press('ArrowDown');
      await press('Enter');
    }
    await page.getByRole('row').filter({ hasText: 'budget.csv' }).waitFor();
    await tabTo('[role=row]', /budget/);
    await press('Space');
    await page.getByText('One picked').waitFor();
    await tabTo('button', /^ ?Restore$/);
    await press('Enter');
    await runEnded(page, 'Succeeded');
    await window.close();
  });

  await context.test('the first paint comes within a second, and pages with 500 VMs within 200 ms', async () => {
    const { page, context: window } = await console.open();
    await page.locator('.table-row').first().waitFor();
    await page.goto('about:blank');
    await page.goto(console.addressOf('/'));
    await page.locator('.table-row').first().waitFor();
    const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity);
    const times: Record<string, number> = {};
    for (const name of ['Protect', 'Runs', 'Restore', 'Hosts', 'Repositories', 'Activity', 'Settings', 'Overview'])
      times[name] = await page.evaluate(async (label) => {
        const link = [...document.querySelectorAll<HTMLElement>('nav a')].find((one) => one.textContent === label)!;
        const began = performance.now();
        link.click();
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        while (document.querySelector('h1')?.textContent !== label)
          await new Promise((resolve) => requestAnimationFrame(resolve));
        return performance.now() - began;
      }, name);
    const rows = await page.locator('.table-row').count();
    assert.ok(rows < 60, `only what is in sight is in the document, not ${rows} rows`);
    context.diagnostic(
      `first paint ${Math.round(paint)} ms; ${Object.entries(times)
        .map(([name, ms]) => `${name} ${Math.round(ms)}`)
        .join(', ')} ms`,
    );
    await window.close();
  });
});
