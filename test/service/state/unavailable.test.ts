import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode, type ErrorCode } from '#contract';
import { openHome } from '#service';
import { temporaryFolder } from '../../fixtures/environment.ts';

test('a state database that cannot be opened is told from one that is damaged, which alone is to be moved aside', async (context) => {
  const folder = await temporaryFolder(context);
  const code = (wanted: ErrorCode) => (error: unknown) => hasCode(error, wanted) || assert.fail(String(error));
  await writeFile(join(folder, 'file'), '');
  assert.throws(() => openHome(join(folder, 'file', 'home')), code('state/unavailable'), 'the folder cannot be made');
  await mkdir(join(folder, 'home', 'state.db'), { recursive: true });
  assert.throws(() => openHome(join(folder, 'home')), code('state/unavailable'), 'something else has the name');
  await mkdir(join(folder, 'damaged'));
  await writeFile(join(folder, 'damaged', 'state.db'), 'this is no database, however long one looks at it'.repeat(100));
  assert.throws(() => openHome(join(folder, 'damaged')), code('state/damaged'));
});
