import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { temporaryFolder } from '../fixtures/environment.ts';
import { launch, openWindow, type Look, type Window } from './browser.ts';
import { enter, go, space, type } from './keyboard.ts';

/** As it ships: types stripped, which halves every start. */
export const cli = new URL('../../dist/app/main/cli/hostkeep.js', import.meta.url).pathname;

const pictures = new URL('../../out/e2e/', import.meta.url).pathname;

export const passphrase = 'correct horse battery';

export interface Console {
  readonly folder: string;
  readonly home: string;
  readonly url: string;
  readonly pid: number;
  readonly browser: Browser;
  open(look?: Look): Promise<Window>;
  /** Ends the console as a closed terminal would. */
  stop(): Promise<void>;
}

/** `hostkeep serve` as a user starts it, and a browser to look at it with. */
export async function startConsole(context: TestContext, environment: Readonly<Record<string, string>> = {}): Promise<Console> {
  const folder = await temporaryFolder(context);
  const home = join(folder, 'home');
  const child = spawn(process.execPath, [cli, '--json', '--home', home, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url } = JSON.parse(line.toString('utf8')) as { readonly url: string };
  const browser = await launch();
  context.after(async () => {
    await browser.close();
    await stop();
  });
  return { folder, home, url, pid: child.pid!, browser, stop, open: (look) => openWindow(browser, url, look) };
}

/**
 * Stops the process of the next run as soon as there is one: it is seen live for as long as somebody needs to look, however fast the run and
 * however slow the browser would be.
 */
export function holdNextRun(
  context: TestContext,
  { home, pid: own }: Pick<Console, 'home' | 'pid'>,
): { readonly goOn: () => Promise<void> } {
  const state = new DatabaseSync(join(home, 'state.db'), { readOnly: true });
  const find = state.prepare("SELECT pid FROM runs WHERE state = 'running' AND pid <> ?");
  const deadline = Date.now() + runLimitMs;
  let waits = true;
  const held = (async () => {
    try {
      while (waits && Date.now() < deadline) {
        const pid = find.get(own)?.['pid'];
        if (typeof pid === 'number') {
          process.kill(pid, 'SIGSTOP');
          return pid;
        }
        await sleep(20);
      }
      return null;
    } finally {
      state.close();
    }
  })();
  let goesOn = false;
  const goOn = async (): Promise<void> => {
    goesOn = true;
    const pid = await held;
    assert.ok(pid !== null, 'there was a run to hold');
    process.kill(pid, 'SIGCONT');
  };
  context.after(async () => {
    waits = false;
    const pid = await held;
    if (!goesOn && pid !== null) process.kill(pid, 'SIGKILL');
  });
  return { goOn };
}

const runLimitMs = 300_000;
/** How long a page may still show the run before. */
const staleMs = 30_000;

/** Waits on the page of a run until it has ended like that; fails with what the page says when it ended otherwise. */
export async function runEnded(page: Page, how: string): Promise<void> {
  const state = page.getByRole('status', { name: 'State' });
  const deadline = Date.now() + runLimitMs;
  let otherwiseSince: number | null = null;
  while (!(await state.getByText(how, { exact: true }).isVisible())) {
    const now = Date.now();
    const isOver = await state.getByText(/^after /).isVisible();
    otherwiseSince = isOver ? (otherwiseSince ?? now) : null;
    if (now > deadline || (otherwiseSince !== null && now - otherwiseSince > staleMs))
      assert.fail(`not ${how}: ${await page.locator('main').innerText()}`);
    await page.waitForTimeout(100);
  }
}

/** The newest restore point of a VM, from anywhere. */
export async function openPoint(page: Page, vm: string): Promise<void> {
  await go(page, 'Restore');
  await enter(rowOf(page, vm));
  await enter(
    page
      .getByRole('grid', { name: new RegExp(`Restore points of ${vm}`) })
      .getByRole('row')
      .nth(1),
  );
}

export function rowOf(page: Page, text: string): Locator {
  return page.getByRole('row').filter({ hasText: text });
}

/** From nothing to a protected lab, through the guide, by keyboard. */
export async function firstRun(page: Page, folder: string): Promise<{ readonly recoveryKey: string }> {
  const passphraseFile = join(folder, 'passphrase');
  await writeFile(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  await enter(page.getByRole('button', { name: 'Begin' }));
  await enter(page.getByRole('button', { name: /lab host/ }));
  await page.getByRole('heading', { name: 'Preflight' }).waitFor({ timeout: runLimitMs });
  await page.getByRole('list', { name: 'Findings' }).getByText('FS01').first().waitFor();
  await enter(page.getByRole('button', { name: 'Next' }));
  await type(page.getByLabel(/^Passphrase\*?$/), passphrase);
  await type(page.getByLabel('Passphrase again'), passphrase);
  await enter(page.getByRole('button', { name: 'Make the repository' }));
  const recoveryKey = (await page.getByTestId('recovery-key').textContent()) ?? '';
  await type(page.getByLabel('The key, typed back'), recoveryKey);
  await page.keyboard.press('Enter');
  await page.getByText('It opens the repository.').waitFor();
  await enter(page.getByRole('button', { name: 'Next' }));
  await page.getByRole('grid', { name: 'Virtual machines' }).getByText('LNX01').waitFor();
  await enter(page.getByRole('button', { name: 'Next' }));
  await space(page.getByRole('radio', { name: /every night/ }));
  await type(page.getByLabel(/^File with the passphrase/), passphraseFile);
  await page.getByRole('list', { name: 'The next runs' }).getByText(/22:00/).first().waitFor();
  await enter(page.getByRole('button', { name: 'Back up now' }));
  await runEnded(page, 'Succeeded');
  return { recoveryKey };
}

type Act = (name: string, act: () => Promise<void>) => Promise<void>;

/** Acts that build on each other: after one that fails the rest is skipped. */
export function story(context: TestContext, page: Page): Act {
  let failed = false;
  const one = scenes(context, page, () => (failed = true));
  return (name, act) => (failed ? context.test(name, { skip: 'an act before it failed' }) : one(name, act));
}

/** Acts that stand each on its own. A picture shows where one failed. */
export function scenes(context: TestContext, page: Page, onFailure: () => void = () => undefined): Act {
  return async (name, act) => {
    await context.test(name, async () => {
      try {
        await act();
      } catch (error) {
        onFailure();
        await page.screenshot({ path: join(pictures, `${name.slice(0, 40).replaceAll(/\W+/g, '-')}.png`) });
        throw error;
      }
    });
  };
}
