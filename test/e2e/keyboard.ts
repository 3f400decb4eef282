/**
 * A hand on the keyboard and none on the mouse: everything is reached by Tab and arrow keys, as somebody who cannot point reaches it. What cannot
 * be reached so fails the test.
 */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

/** Things of which only one is in the tab order; arrow keys go to the others. */
const composites = '[role=grid],[role=menu],[role=radiogroup],[role=tablist],[role=listbox],.timeline';
const mostTabs = 150;
const mostArrows = 80;

type Where = 'there' | 'beside' | 'elsewhere';

/** Runs in the page. */
function whereIsFocus(target: Element, within: string): Where {
  const focused = document.activeElement;
  if (focused === null) return 'elsewhere';
  if (focused === target || target.contains(focused)) return 'there';
  const group = target.closest(within);
  return group !== null && group.contains(focused) && focused !== document.body ? 'beside' : 'elsewhere';
}

export async function reach(target: Locator): Promise<void> {
  const page = target.page();
  await target.waitFor();
  const where = (): Promise<Where> => target.evaluate(whereIsFocus, composites);
  let at = await where();
  for (let presses = 0; at === 'elsewhere' && presses < mostTabs; presses += 1) {
    await page.keyboard.press('Tab');
    at = await where();
  }
  const onward = (await target.getAttribute('role')) === 'tab' ? 'ArrowRight' : 'ArrowDown';
  for (let presses = 0; at === 'beside' && presses < mostArrows; presses += 1) {
    await page.keyboard.press(onward);
    // A row takes the focus a frame after the key.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    at = await where();
  }
  assert.equal(at, 'there', `no way by keyboard to ${String(target)}`);
}

/** Tab to it, and Enter. */
export async function enter(target: Locator): Promise<void> {
  await reach(target);
  await target.page().keyboard.press('Enter');
}

/** Tab to it, and Space: picks, ticks and switches. */
export async function space(target: Locator): Promise<void> {
  await reach(target);
  await target.page().keyboard.press('Space');
}

/** Tab to it, and type over what is there. */
export async function type(target: Locator, text: string): Promise<void> {
  await reach(target);
  await target.page().keyboard.press('ControlOrMeta+A');
  await target.page().keyboard.insertText(text);
}

/** Goes to a page by the navigation. */
export async function go(page: Page, name: string): Promise<void> {
  await enter(page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }));
  await page.getByRole('heading', { level: 1, name }).waitFor();
}
