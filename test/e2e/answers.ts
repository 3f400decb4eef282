/** Answers that come late, twice, or not at all; and pages about what is gone. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { scenes } from './console.ts';
import type { FilledConsole } from './filled.ts';

export async function answers(context: TestContext, console: FilledConsole): Promise<void> {
  const { page, complaints, context: window } = await console.open();
  const act = scenes(context, page);
  const go = async (path: string): Promise<void> => {
    await page.goto(console.addressOf(path));
    await page.getByRole('heading', { level: 1 }).waitFor();
  };
  const dialogue = page.getByRole('dialog');

  await act(
    'a form has the focus in its first field, is sent by Enter once, tells what went wrong, and gives the focus back',
    async () => {
      await go(console.at);
      const opener = page.getByRole('button', { name: 'Keep for good' });
      await opener.click();
      await page.getByLabel(/^Why/).waitFor();
      assert.ok(await isFocused(page, /^Why/));
      await page.keyboard.press('Escape');
      await dialogue.waitFor({ state: 'detached' });
      await page.waitForFunction(() => document.activeElement?.textContent === 'Keep for good');
      await page.keyboard.press('Enter');
      const held = await hold(page, 'marks.pin');
      await page.getByLabel(/^Why/).fill('An audit');
      await page.keyboard.press('Enter');
      await held.asked();
      await page.keyboard.press('Enter');
      await held.refuse();
      await dialogue.getByRole('alert').waitFor();
      assert.equal(held.count(), 1);
      await page.keyboard.press('Escape');
    },
  );

  await act('what is clicked twice is done once', async () => {
    await go('/repositories');
    const held = await hold(page, 'repositories.check');
    await page.getByRole('button', { name: 'Check every byte' }).evaluate((button: HTMLElement) => {
      button.click();
      button.click();
    });
    await held.asked();
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    assert.equal(held.count(), 1);
    await held.refuse();
    await page.getByText('The console does not answer.').first().waitFor();
  });

  await act('an answer that comes when somebody is elsewhere leads nowhere', async () => {
    await go('/repositories');
    const held = await hold(page, 'repositories.check');
    await page.getByRole('button', { name: 'Check every byte' }).click();
    await held.asked();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    const told = page.waitForResponse('**/api/repositories.check');
    await held.letGo();
    await told;
    // Every question that is on the page is asked anew once the act has ended.
    await page.waitForResponse('**/api/settings.get');
    assert.match(page.url(), /#\/settings/);
  });

  await act('a repository that is not known here says so, and asks for no key', async () => {
    for (const place of [`/restore/${'0'.repeat(32)}/${'0'.repeat(16)}`, `/restore/${'0'.repeat(32)}/${'0'.repeat(16)}/files`]) {
      await go(place);
      await page.getByRole('alert').waitFor();
      assert.equal(await page.getByText('The repository is locked.').count(), 0);
    }
  });

  assert.deepEqual(complaints, []);
  await window.close();
}

function isFocused(page: Page, label: RegExp): Promise<boolean> {
  return page.getByLabel(label).evaluate((field) => field === document.activeElement);
}

interface Held {
  /** Until it was asked for. */
  asked(): Promise<void>;
  count(): number;
  /** What was asked goes on to the console. */
  letGo(): Promise<void>;
  /** As if the console were gone. */
  refuse(): Promise<void>;
}

/** Keeps what the page asks of a procedure from the console. */
async function hold(page: Page, procedure: string): Promise<Held> {
  const address = `**/api/${procedure}`;
  let count = 0;
  const decided = Promise.withResolvers<'on' | 'off'>();
  const first = Promise.withResolvers<void>();
  await page.route(address, async (route) => {
    count += 1;
    first.resolve();
    if ((await decided.promise) === 'on') await route.continue();
    else await route.abort();
  });
  const end = async (how: 'on' | 'off'): Promise<void> => {
    decided.resolve(how);
    await page.unrouteAll({ behavior: 'wait' });
  };
  return { asked: () => first.promise, count: () => count, letGo: () => end('on'), refuse: () => end('off') };
}
