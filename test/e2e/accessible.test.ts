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
