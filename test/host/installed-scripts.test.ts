import assert from 'node:assert/strict';
import { appendFile, cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { hashScripts, proveScripts, scriptsRoot } from '../../main/host/installed-scripts.ts';
import { temporaryFolder } from '../fixtures/environment.ts';

test('scripts that are not those of the list are refused: changed, missing, or new', async (context) => {
  const folder = await temporaryFolder(context);
  for (const name of ['scripts', 'operations']) await cp(join(scriptsRoot, name), join(folder, name), { recursive: true });
  const listed = await hashScripts(folder);
  assert.ok(Object.keys(listed).length > 30);
  await proveScripts(folder, listed);
  await proveScripts();
  const refused = (...names: readonly string[]) =>
    assert.rejects(proveScripts(folder, listed), (error) => {
      assert.ok(hasCode(error, 'host/scripts-changed'));
      assert.deepEqual(error.details['scripts'], names);
      return true;
    });
  await appendFile(join(folder, 'scripts', 'driver.ps1'), ' ');
  await refused('scripts/driver.ps1');
  await rm(join(folder, 'operations', 'history.ps1'));
  await writeFile(join(folder, 'operations', 'evil.PS1'), '');
  await refused('operations/evil.PS1', 'operations/history.ps1', 'scripts/driver.ps1');
});
