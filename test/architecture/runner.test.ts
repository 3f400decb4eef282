import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../fixtures/environment.ts';

const root = new URL('../../', import.meta.url).pathname;

const planted = `
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
test('it waits for nothing that it has begun', async () => {
  void sleep(1).then(() => { throw new Error('nobody catches this'); });
  await sleep(20);
});
`;

test('an error that no test catches fails its file, and says where it was thrown', async (context) => {
  const file = join(await temporaryFolder(context), 'planted.test.ts');
  await writeFile(file, planted);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const parameters = ['--import', './test/compile-cache.js', '--test', '--test-reporter=spec', file];
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, { cwd: root, env, encoding: 'utf8' });
  assert.equal(status, 1, stdout + stderr);
  assert.match(stdout + stderr, /nobody catches this[^]*planted\.test\.ts:5/);
});
