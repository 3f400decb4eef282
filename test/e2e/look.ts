import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { violations } from './axe.ts';

const pictures = new URL('../../out/e2e/looks/', import.meta.url).pathname;

/** Pictures for whoever reviews them, and axe's word: as the page is, and in the dark. */
export async function look(page: Page, name: string): Promise<void> {
  await lookAt(page, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction(() => matchMedia('(prefers-color-scheme: dark)').matches);
  await lookAt(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}

export async function lookAt(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name}.png`) });
  assert.deepEqual(await violations(page), [], name);
}
