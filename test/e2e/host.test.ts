/** A Hyper-V host of its own: the simulated one, through the real driver. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { labVms } from '../../main/lab/vms.ts';
import { temporaryFolder } from '../fixtures/environment.ts';
import { copyLab } from '../fixtures/lab.ts';
import { findEngine, missingEngine, simulationEnvironment } from '../powershell/simulator/engine.ts';
import type { SimulatedGuest } from '../powershell/simulator/guests.ts';
import { serveWorld } from '../powershell/simulator/server.ts';
import { newWorld } from '../powershell/simulator/world.ts';
import { noBrowser } from './browser.ts';
import { openPoint, passphrase, rowOf, runEnded, startConsole, story } from './console.ts';
import { enter, go, space, type } from './keyboard.ts';
import { look } from './look.ts';

const guest: SimulatedGuest = {
  user: 'FS01\\admin',
  password: 'right',
  writers: [{ name: 'System Writer', id: 'e8132975-6f93-4464-a53e-1050253ae220', state: 1 }],
  services: [],
  sql: [],
  exchange: null,
};
const engine = await findEngine();
const fs01 = labVms.find(({ name }) => name === 'FS01')!;

test(
  'a Hyper-V host is added, its VM backed up, files go into its guest and a disk back into the VM, by keyboard alone',
  { skip: noBrowser || (engine === null ? missingEngine : false), timeout: 900_000 },
  async (context) => {
    const place = await temporaryFolder(context);
    await copyLab(place);
    const world = newWorld({ home: place });
    world.guestServices.add(fs01.id.toLowerCase());
    world.guests.set(fs01.id, guest);
    const server = await serveWorld(world);
    context.after(() => server.close());
    const console = await startConsole(context, {
      ...simulationEnvironment(server, '7'),
      HOSTKEEP_POWERSHELL: engine!.executable,
    });
    const { folder } = console;
    const { page, complaints } = await console.open();
    const act = story(context, page);
    await act('the host is tried, added, and its VMs are there', async () => {
      await go(page, 'Hosts');
      await enter(page.getByRole('button', { name: 'Add a host' }).first());
      const dialog = page.getByRole('dialog');
      await type(dialog.getByLabel(/^Name/), 'HV01');
      await type(dialog.getByLabel('Folder on the host for its ledger'), join(place, 'ledger'));
      await page.keyboard.press('Enter');
      const card = page.getByRole('region', { name: 'HV01' });
      await card.getByText(/^3, read/).waitFor();
    });

    await act('its VM is backed up', async () => {
      await go(page, 'Repositories');
      await enter(page.getByRole('button', { name: 'New repository' }));
      const dialog = page.getByRole('dialog');
      await type(dialog.getByLabel(/^Name/), 'NAS');
      await type(dialog.getByLabel('Folder', { exact: true }), join(folder, 'repository'));
      await type(dialog.getByLabel(/^Passphrase\*?$/), passphrase);
      await type(dialog.getByLabel('Passphrase again'), passphrase);
      await page.keyboard.press('Enter');
      await enter(page.getByRole('alertdialog').getByRole('button', { name: 'Later' }));
      await go(page, 'Protect');
      await space(rowOf(page, 'FS01'));
      await enter(page.getByRole('button', { name: 'Back up now' }));
      await runEnded(page, 'Succeeded');
      await page.getByText('Application', { exact: true }).first().waitFor();
    });

    await act('the account of its guest is tried; where there is no keystore it is not kept', async () => {
      await go(page, 'Protect');
      const button = page.getByRole('button', { name: 'Guest account' });
      assert.equal(await button.getAttribute('aria-disabled'), 'true', 'no VM is picked');
      await space(rowOf(page, 'FS01'));
      await enter(button);
      const dialog = page.getByRole('dialog');
      await type(dialog.getByLabel('User in the guest'), 'FS01\\admin');
      await type(dialog.getByLabel('Password'), 'wrong');
      await enter(dialog.getByRole('button', { name: 'Try' }));
      await dialog.getByText('The guest does not accept the user name or password.').waitFor();
      await type(dialog.getByLabel('Password'), guest.password);
      await enter(dialog.getByRole('button', { name: 'Try' }));
      await dialog.getByText('The guest answers:').waitFor();
      await dialog.getByRole('alert').waitFor({ state: 'detached' });
      await look(page, 'guest-account');
      await enter(dialog.getByRole('button', { name: 'Save' }));
      await dialog.getByText('This system has no keystore').waitFor();
      await enter(dialog.getByRole('button', { name: 'Done' }));
      await dialog.waitFor({ state: 'detached' });
      await page.locator('button:focus').filter({ hasText: 'Guest account' }).waitFor();
    });

    await act('a file goes into the guest of a VM that runs', async () => {
      await openPoint(page, 'FS01');
      await enter(page.getByRole('button', { name: /Files and folders/ }));
      for (const name of ['/disk0/part2', 'Users', 'anna', 'Documents']) await enter(rowOf(page, name).first());
      await space(rowOf(page, 'budget.csv'));
      await space(page.getByRole('radio', { name: 'Into a guest that runs' }));
      await enter(page.getByRole('combobox', { name: /^VM that runs/ }));
      await page.getByRole('option', { name: 'FS01 on HV01' }).waitFor();
      const guests = await page.getByRole('option').allTextContents();
      await page.keyboard.press('Home');
      for (let at = 0; at < guests.indexOf('FS01 on HV01'); at += 1) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await type(page.getByLabel(/^Folder in the guest/), join(place, 'guest'));
      await enter(page.getByRole('button', { name: 'Restore', exact: true }));
      await runEnded(page, 'Succeeded');
      await page.getByText('One file is in the guest.').waitFor();
      assert.ok((await readFile(join(place, 'guest', 'budget.csv'))).length > 0);
      assert.deepEqual(await readdir(join(place, 'ledger', 'guest-files')), [], 'nothing stays on the host');
    });

    await act('what does not come back, and what a guest does not take, is told in both languages', async () => {
      // Without a keystore nobody can sign in to a guest here: what PowerShell Direct tells (test/powershell/guest-files.test.ts) is put in its place.
      const state = new DatabaseSync(join(console.home, 'state.db'));
      const [run] = state.prepare("SELECT id, outcome FROM runs WHERE kind = 'restore-files'").all();
      const outcome = JSON.parse(String(run!['outcome'])) as { report: { restored: object; copied: object } };
      const { restored, copied } = outcome.report;
      const reason = 'The file is encrypted by the guest (EFS); its key is in the guest. (path Documents/keys.pfx)';
      const skipped = [{ path: 'Documents/keys.pfx', code: 'format/file-encrypted', reason }];
      const failed = [{ path: 'Documents/letter.txt', says: 'a link is in the way' }];
      const incomplete = [
        { path: 'budget.csv', says: 'owner' },
        { path: 'Documents/', says: 'rights: Access is denied.; stream Zone.Identifier: too large' },
      ];
      const more = { report: { restored: { ...restored, skipped }, copied: { ...copied, failed, incomplete } } };
      state.prepare('UPDATE runs SET outcome = ? WHERE id = ?').run(JSON.stringify({ ...outcome, ...more }), run!['id']!);
      state.close();
      await page.reload();
      const told = page.getByRole('list', { name: '2 are there, without some of the rights or streams that belong to them:' });
      await told.getByText('budget.csv').waitFor();
      await look(page, 'guest-files');
      const german = await console.open({ locale: 'de-DE', width: 1024, height: 700 });
      await german.page.evaluate((hash) => (location.hash = hash), new URL(page.url()).hash);
      for (const text of [
        'Besitzer',
        'Rechte: Access is denied.; Datenstrom Zone.Identifier: zu groß',
        'eine Verknüpfung ist im Weg',
      ])
        await german.page.getByText(text, { exact: true }).waitFor();
      assert.equal(await german.page.getByText('encrypted by the guest').count(), 0);
      await look(german.page, 'guest-files-german');
      await german.context.close();
    });

    await act('a disk is not put back into a VM that runs; once it is off, it is', async () => {
      const restore = async (): Promise<void> => {
        await openPoint(page, 'FS01');
        await enter(page.getByRole('button', { name: /^One disk/ }));
        await space(page.getByRole('radio', { name: 'In the place of the disk of FS01 on HV01' }));
        await enter(page.getByRole('button', { name: 'Restore', exact: true }));
      };
      await restore();
      await runEnded(page, 'Failed');
      await page.getByText('host/vm-running').first().waitFor();
      world.vmState.set(fs01.id, { state: 'Off' });
      await restore();
      await runEnded(page, 'With warning');
      await page.getByText(/kept/).first().waitFor();
    });

    assert.deepEqual(complaints, [], 'the page complained of nothing');
  },
);
