import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on the page as it is; evaluated past the page's policy, which allows no such script. */
export async function violations(page: Page, rules: readonly string[] = []): Promise<readonly string[]> {
  await page.evaluate(source);
  const found = await page.evaluate((only) => {
    const options = only.length === 0 ? {} : { runOnly: { type: 'rule' as const, values: [...only] } };
    // The UI kit's ends of a focus trap: they pass the focus on the moment they get it.
    const context = { exclude: [['[data-tabster-dummy]']] };
    return (globalThis as unknown as { axe: typeof axe }).axe.run(context, options);
  }, rules);
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join(' | ')}`,
  );
}
