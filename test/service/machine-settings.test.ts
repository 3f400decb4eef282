import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { machineSettings } from '#service';
import { temporaryFolder } from '../fixtures/environment.ts';

test('what the installer was told is read from machine.ini; where there is none nothing is preset', async (context) => {
  const folder = await temporaryFolder(context);
  const none = { repository: null, home: null, updates: true };
  assert.deepEqual(machineSettings(folder), none);
  assert.deepEqual(machineSettings(), none, 'sources are installed nowhere');
  const ini = join(folder, 'machine.ini');
  await writeFile(ini, '[Hostkeep]\r\nRepository=\\\\nas\\backup\r\nUpdates=off\r\n');
  assert.deepEqual(machineSettings(folder), { repository: '\\\\nas\\backup', home: null, updates: false });
  await writeFile(ini, Buffer.from('\ufeff[Hostkeep]\r\nrepository = D:\\B\u00fcro \r\nHome=data\r\nUPDATES=\r\n', 'utf16le'));
  assert.deepEqual(machineSettings(folder), { repository: 'D:\\B\u00fcro', home: join(folder, 'data'), updates: true });
  // As Windows Installer writes it on a German computer, and as an editor of today does.
  await writeFile(ini, Buffer.from('[Hostkeep]\r\nRepository=\\\\nas\\B\u00fcro\r\n', 'latin1'));
  assert.equal(machineSettings(folder).repository, '\\\\nas\\B\u00fcro');
  await writeFile(ini, '[Hostkeep]\nRepository=/srv/B\u00fcro\n');
  assert.equal(machineSettings(folder).repository, '/srv/B\u00fcro');
  await writeFile(ini, Buffer.alloc(65 * 1024, 'x'));
  assert.throws(
    () => machineSettings(folder),
    (error) => hasCode(error, 'input/invalid'),
  );
});
