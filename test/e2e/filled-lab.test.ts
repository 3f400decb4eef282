/** One filled lab, made once, for everything that is looked at rather than done. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { answers } from './answers.ts';
import { violations } from './axe.ts';
import { noBrowser, type Look } from './browser.ts';
import { dialogues } from './dialogues.ts';
import { filledConsole } from './filled.ts';
import type { PageToShow } from './pages.ts';
import { isFast, isSmall, isVirtual } from './speed.ts';

// What is on a page is the same in every look; its colours are not.
const colours = ['color-contrast', 'link-in-text-block'];
const looks: readonly { readonly name: string; readonly look: Look; readonly rules: readonly string[] }[] = [
  { name: 'light', look: {}, rules: [] },
  { name: 'dark', look: { dark: true }, rules: colours },
  { name: 'high contrast', look: { forcedColours: true, dark: true }, rules: colours },
];

test('on a filled lab', { skip: noBrowser, timeout: 900_000 }, async (context) => {
  const console = await filledConsole(context, { vms: 500, points: 20_000 });
  const show = async (page: Page, { path, ready }: PageToShow): Promise<void> => {
    await page.goto(console.addressOf(path));
    await page.getByRole('heading', { level: 1 }).waitFor();
    await ready?.(page);
  };

  await context.test('the first paint and every page come at once, with 500 VMs', (act) => isFast(act, console));
  await context.test('the first page waits for no more scripts than it must', isSmall);
  await context.test('of a list only what is in sight is in the document', (act) => isVirtual(act, console));

  for (const { name, look, rules } of looks)
    await context.test(`axe finds nothing on any page, ${name}`, async () => {
      const { page, complaints, context: window } = await console.open(look);
      const found: Record<string, readonly string[]> = {};
      for (const one of console.pages) {
        await show(page, one);
        const wrong = await violations(page, rules);
        if (wrong.length > 0) found[one.name] = wrong;
      }
      assert.deepEqual(found, {});
      assert.deepEqual(complaints, []);
      await window.close();
    });

  await context.test('German has a text for everything, and runs out of no box', async () => {
    const { page, context: window } = await console.open({ locale: 'de-DE', width: 1024, height: 700 });
    await page.getByRole('heading', { level: 1, name: 'Überblick' }).waitFor();
    for (const one of console.pages) {
      await show(page, one);
      assert.doesNotMatch(
        await page.locator('#root').innerText(),
        /\b[a-z]+\.[a-z-]+\.[a-z-]+\b(?<!\.vhdx|\.txt|\.csv)/,
        'a key stands where a text should',
      );
      assert.deepEqual(await page.evaluate(cutOff), [], one.name);
    }
    await window.close();
  });

  await context.test('answers that come late, twice or never lead nobody astray', (act) => answers(act, console));
  await context.test('every dialogue does what it says', (act) => dialogues(act, console));
});

/** Runs in the page: buttons, headings and labels whose text is wider than they are. */
function cutOff(): readonly string[] {
  return [...document.querySelectorAll<HTMLElement>('main :is(button, h1, h2, label, dt), nav a')]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
    .filter((one) => one.clientWidth > 1)
    .map((one) => one.textContent);
}
