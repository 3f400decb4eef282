import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { demoPassphrase } from '../../main/cli/demo/fill-lab.ts';
import { noBrowser } from './browser.ts';
import { cli, openPoint, rowOf, runEnded, story } from './console.ts';
import { filledConsole } from './filled.ts';
import { enter, go, reach, space, type } from './keyboard.ts';
import { look } from './look.ts';
import { backUpObjects } from './objects-image.ts';

test(
  'what backups are for, by keyboard alone: finding files and their versions, what made a backup big, whether it is sound, a VM at once, a drill, a report, objects',
  { skip: noBrowser, timeout: 900_000 },
  async (context) => {
    const console = await filledConsole(context);
    const { folder } = console;
    const { page, complaints } = await console.open();
    const act = story(context, page);

    await act('a file is found by a wildcard over all points, and two of its versions come back', async () => {
      await go(page, 'Restore');
      await enter(page.getByRole('button', { name: 'Search files' }));
      await type(page.getByRole('textbox', { name: 'Name', exact: true }), 'BUDGET.*');
      await page.keyboard.press('Enter');
      const found = rowOf(page, 'budget.csv');
      await space(found);
      await page.getByText('One picked').waitFor();
      const versions = page.getByRole('list', { name: 'Versions of budget.csv' });
      await versions.getByRole('listitem').nth(1).waitFor();
      await type(page.getByLabel('Restore to the folder'), join(folder, 'newest'));
      await enter(page.getByRole('button', { name: 'Restore', exact: true }));
      await runEnded(page, 'Succeeded');
      await page.goBack();
      await space(rowOf(page, 'budget.csv'));
      await enter(versions.getByRole('button', { name: /^Pick/ }));
      await type(page.getByLabel('Restore to the folder'), join(folder, 'older'));
      await enter(page.getByRole('button', { name: 'Restore', exact: true }));
      await runEnded(page, 'Succeeded');
      const [newest, older] = await Promise.all(
        ['newest', 'older'].map((name) => readFile(join(folder, name, 'budget.csv'), 'utf8')),
      );
      assert.ok(older!.length > 0 && newest !== older, 'each is the version that was picked');
      const path = '/disk0/part2/Users/anna/Documents/budget.csv';
      const command = [cli, '--home', join(folder, 'home'), 'cat', console.point, path];
      const read = await promisify(execFile)(process.execPath, command, {
        env: { ...process.env, HOSTKEEP_REPO: join(folder, 'home', 'repository'), HOSTKEEP_PASSWORD: demoPassphrase },
      });
      assert.equal(newest, read.stdout, 'to the byte');
    });

    await act('what was found is opened in its folder, and its versions are told there too', async () => {
      await page.goBack();
      await enter(rowOf(page, 'budget.csv'));
      await page.getByRole('heading', { level: 1, name: 'Files of FS01' }).waitFor();
      await page.getByLabel('Content of the file').waitFor();
      await page.getByText('One picked').waitFor();
      await enter(page.getByRole('button', { name: 'Its versions over time' }));
      await enter(page.getByRole('button', { name: /^Open the version of/ }));
      await page.getByLabel('Content of the file').waitFor();
    });

    await act('a file that is deleted since comes back beside another: of two restore points, by two runs', async () => {
      await go(page, 'Restore');
      await enter(page.getByRole('button', { name: 'Search files' }));
      await type(page.getByRole('textbox', { name: 'Name', exact: true }), 'letter 1*');
      await page.keyboard.press('Enter');
      await space(rowOf(page, 'letter 1.txt').filter({ hasText: 'deleted since' }));
      await space(rowOf(page, 'letter 10.txt'));
      await page.getByText('2 picked').waitFor();
      await type(page.getByLabel('Restore to the folder'), join(folder, 'letters'));
      await enter(page.getByRole('button', { name: 'Restore', exact: true }));
      await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
      for (const index of [1, 2])
        await page.getByRole('row').nth(index).filter({ hasText: 'File restore' }).getByText('Succeeded').waitFor();
      const back = (await readdir(join(folder, 'letters'))).filter((name) => name.endsWith('.txt'));
      assert.deepEqual(back.toSorted(), ['letter 1.txt', 'letter 10.txt']);
    });

    await act('a name that is nowhere is told', async () => {
      await go(page, 'Restore');
      await enter(page.getByRole('button', { name: 'Search files' }));
      await type(page.getByRole('textbox', { name: 'Name', exact: true }), 'nowhere-at-all');
      await page.keyboard.press('Enter');
      await page.getByText('Nothing of that name').waitFor();
    });

    await act('what made a backup big is told by file', async () => {
      await go(page, 'Runs');
      await enter(page.getByRole('row').filter({ hasText: 'Backup' }).filter({ hasText: 'FS01' }).first());
      await enter(page.getByRole('link', { name: 'What made it big?' }).first());
      await page.getByText(/of the disks changed since/).waitFor();
      await rowOf(page, 'budget.csv').waitFor();
      await page
        .getByText(/of it .* in files/)
        .first()
        .waitFor();
    });

    await act('a restore point is verified, and says so wherever it is listed', async () => {
      await go(page, 'Restore');
      await enter(rowOf(page, 'FS01'));
      await page.getByText('Not verified').first().waitFor();
      await enter(
        page
          .getByRole('grid', { name: /Restore points of FS01/ })
          .getByRole('row')
          .nth(1),
      );
      await page.getByText('Nobody has verified this restore point yet.').waitFor();
      await enter(page.getByRole('button', { name: 'Verify now' }));
      await runEnded(page, 'Succeeded');
      await page.getByText('No system that is known here was found').waitFor();
      await page.goBack();
      await page.getByRole('region', { name: 'Verification' }).getByText('Passed in part').waitFor();
      await go(page, 'Restore');
      await enter(rowOf(page, 'FS01'));
      await page.locator('.timeline .flag').getByText('Passed in part').waitFor();
      await go(page, 'Overview');
      await rowOf(page, 'FS01').locator('[title^="Passed in part"]').waitFor();
    });

    await act('restore points are verified in turns, and the newest of every VM is tried', async () => {
      await go(page, 'Repositories');
      await enter(page.getByRole('button', { name: 'Verification', exact: true }));
      const order = page.getByRole('grid', { name: 'In the order of verification' });
      await order.getByRole('row').nth(1).getByText('Not verified').waitFor();
      await type(page.getByRole('spinbutton', { name: 'How many' }), '1');
      await enter(page.getByRole('button', { name: 'Verify them now' }));
      await runEnded(page, 'Succeeded');
      const seen = page.getByRole('list', { name: 'Restore points that were looked at' });
      assert.equal(await seen.getByRole('listitem').count(), 1);
      await page.goBack();
      await page.getByText(/^2 of \d+ verified/).waitFor();
      await enter(page.getByRole('button', { name: 'Test them now' }));
      await runEnded(page, 'Succeeded');
      assert.equal(await seen.getByRole('listitem').count(), 2);
      await enter(seen.getByRole('link', { name: /^APP01/ }));
      await page.getByRole('heading', { level: 1, name: 'APP01' }).waitFor();
      await page
        .getByRole('region', { name: 'Verification' })
        .getByText(/^Passed/)
        .first()
        .waitFor();
    });

    const startInstant = async (name: string): Promise<void> => {
      await openPoint(page, 'FS01');
      await enter(page.getByRole('button', { name: /Instant recovery/ }));
      await type(page.getByLabel('Folder on the host'), join(folder, 'vms'));
      await type(page.getByRole('textbox', { name: 'Name', exact: true }), name);
      await enter(page.getByRole('button', { name: 'Start the VM' }));
      await runEnded(page, 'Succeeded');
      await page.getByText(`${name} runs on lab from the backup storage`).waitFor();
    };

    await act('a VM runs from the repository, is looked at, and moves home', async () => {
      await startInstant('FS01 at once');
      await page.getByText('Serve the disks from the backup storage').first().waitFor();
      await enter(page.getByRole('link', { name: 'Keep it or discard it' }));
      const card = page.getByRole('region', { name: 'FS01 at once' });
      await enter(card.getByRole('button', { name: 'Look at it' }));
      await page.getByRole('img', { name: 'Screen of FS01 at once' }).waitFor();
      await card.getByText(/heartbeat is there/).waitFor();
      await go(page, 'Publications');
      await page.getByText('It belongs to a VM under Recoveries, and ends with it.').waitFor();
      await go(page, 'Recoveries');
      await enter(card.getByRole('button', { name: 'Move home' }));
      await enter(page.getByRole('alertdialog').getByRole('button', { name: 'Move home' }));
      await runEnded(page, 'Succeeded');
      await page.getByText('FS01 at once is at home on lab.').waitFor();
      await go(page, 'Recoveries');
      await page.getByText('No VM runs from the backup storage').waitFor();
    });

    await act('another is discarded', async () => {
      await startInstant('FS01 in vain');
      await go(page, 'Recoveries');
      await enter(page.getByRole('button', { name: 'Discard' }));
      await enter(page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }));
      await runEnded(page, 'Succeeded');
      await go(page, 'Recoveries');
      await page.getByText('No VM runs from the backup storage').waitFor();
    });

    await act('a restore point is published, told to initiators, stopped, published again and discarded', async () => {
      await openPoint(page, 'FS01');
      await enter(page.getByRole('button', { name: /Publish its disks/ }));
      await type(page.getByLabel('Address and port'), `127.0.0.1:${new URL(page.url()).port}`);
      await enter(page.getByRole('button', { name: 'Publish', exact: true }));
      await runEnded(page, 'Failed');
      await page.getByText('publish/address-taken').waitFor();
      await openPoint(page, 'FS01');
      await enter(page.getByRole('button', { name: /Publish its disks/ }));
      await enter(page.getByRole('button', { name: 'Publish', exact: true }));
      await page.getByText('Serving', { exact: true }).waitFor();
      await enter(page.getByText('What to type into an initiator'));
      await page.getByText(/iscsiadm -m discovery -t sendtargets -p 127\.0\.0\.1:\d+/).waitFor();
      await enter(page.getByRole('button', { name: 'Stop' }));
      await page.getByText('Stopped', { exact: true }).waitFor();
      await enter(page.getByRole('button', { name: 'Publish again' }));
      await page.getByText('Serving', { exact: true }).waitFor();
      await enter(page.getByRole('button', { name: 'Stop' }));
      await enter(page.getByRole('button', { name: 'Discard what was written' }));
      await enter(page.getByRole('alertdialog').getByRole('button', { name: 'Discard what was written' }));
      await page.getByText('Nothing is published').waitFor();
    });

    await act(
      'a drill is made and run; its signed record is read, saved and checked, also one that somebody changed',
      async () => {
        const home = join(folder, 'home');
        await go(page, 'Drills');
        await enter(page.getByRole('button', { name: 'New drill' }));
        await type(page.getByRole('textbox', { name: 'VMs' }), 'FS01');
        await type(page.getByLabel('Folder on the host'), join(folder, 'trials'));
        await type(page.getByLabel(/^File with the passphrase/), join(home, 'demo-passphrase'));
        await type(page.getByLabel(/^File with the key that signs/), join(folder, 'drill.pem'));
        await enter(page.getByRole('button', { name: 'Make a new key there' }));
        const key = (await page.getByRole('status').locator('.mono').textContent()) ?? '';
        await enter(page.getByRole('button', { name: 'Make the drill' }));
        await page.getByRole('region', { name: 'Weekly drill' }).getByText('FS01').waitFor();
        const drill = page.getByRole('region', { name: 'Weekly drill' });
        await enter(drill.getByRole('button', { name: 'Change' }));
        await type(page.getByRole('spinbutton', { name: /^Wait for the heartbeat/ }), '90');
        await enter(page.getByRole('combobox', { name: 'How often' }));
        await page.keyboard.press('Home');
        await page.keyboard.press('Enter');
        await enter(page.getByRole('button', { name: 'Save', exact: true }));
        await drill.getByText('only by hand').waitFor();
        await enter(drill.getByRole('button', { name: 'Pause' }));
        await drill.getByText('paused', { exact: true }).waitFor();
        await enter(drill.getByRole('button', { name: 'Resume' }));
        await drill.getByText('only by hand').waitFor();
        await enter(page.getByRole('button', { name: 'Run now' }));
        await page
          .getByRole('status', { name: 'State' })
          .getByText(/Succeeded|With warning/)
          .waitFor({ timeout: 120_000 });
        await go(page, 'Drills');
        await enter(page.getByRole('grid', { name: 'Records' }).getByRole('row').nth(1));
        await page.getByText('taken away again').waitFor();
        await page.getByRole('img', { name: 'Screen of FS01' }).waitFor();
        await enter(page.getByText(/^What was looked at \(\d+\)$/));
        await look(page, 'drill-record');
        assert.equal(await page.getByTestId('drill-key').textContent(), key);
        const saved = page.waitForEvent('download');
        await enter(page.getByRole('link', { name: 'Save the signed record' }));
        const file = join(folder, 'record.json');
        await (await saved).saveAs(file);
        await go(page, 'Drills');
        await type(page.getByRole('textbox', { name: 'Key that must have signed it' }), key);
        await page.getByLabel('File of the record').setInputFiles(file);
        await page.getByText('The record is as it was signed, by the key that you gave.').waitFor();
        const signed = JSON.parse(await readFile(file, 'utf8')) as { readonly record: string };
        const record = Buffer.from(signed.record, 'base64').toString('utf8').replace('"vm":"FS01"', '"vm":"DC01"');
        await writeFile(file, JSON.stringify({ ...signed, record: Buffer.from(record).toString('base64') }));
        await page.getByLabel('File of the record').setInputFiles(file);
        await page.getByText('drill/record-forged').waitFor();
        await enter(page.getByRole('button', { name: 'Delete' }));
        await enter(page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }));
        await page.getByText('There is no drill yet').waitFor();
      },
    );

    await act('the report of this month says what was verified and drilled, and is saved', async () => {
      await go(page, 'Reports');
      await enter(page.getByRole('combobox', { name: 'Month' }));
      await page.getByRole('option', { name: /so far/ }).waitFor();
      await page.keyboard.press('Home');
      await page.keyboard.press('Enter');
      await page.locator('.report').getByRole('row').filter({ hasText: 'LNX01' }).waitFor();
      const saved = page.waitForEvent('download');
      await enter(page.getByRole('link', { name: 'Save as a page' }));
      const file = join(folder, 'report.html');
      await (await saved).saveAs(file);
      assert.match(await readFile(file, 'utf8'), /FS01/);
    });

    await act('in a file that is a hive keys are walked, in an event log events are read, a database is described', async () => {
      await backUpObjects(folder, join(folder, 'home'));
      await openPoint(page, 'OBJECTS');
      const openFile = async (...names: readonly string[]): Promise<void> => {
        for (const name of names) await enter(rowOf(page, name).first());
      };
      await enter(page.getByRole('button', { name: /Files and folders/ }));
      await openFile('/disk0', 'config', 'SYSTEM');
      await enter(page.getByRole('button', { name: 'Browse its keys' }));
      for (const name of ['Setup', 'Services', 'Spooler']) await enter(rowOf(page, name).first());
      await rowOf(page, 'ImagePath').getByText('%SystemRoot%\\print.exe').waitFor();
      await look(page, 'hive');
      await enter(page.getByRole('button', { name: 'One key up' }));
      await rowOf(page, 'Spooler').waitFor();
      await page.goBack();
      await enter(page.getByRole('button', { name: 'One folder up' }));
      await openFile('logs', 'System.evtx');
      await enter(page.getByRole('button', { name: 'Read its events' }));
      await type(page.getByRole('textbox', { name: 'Ids' }), '7036');
      await rowOf(page, 'Kernel-General').first().waitFor({ state: 'detached' });
      await reach(rowOf(page, 'Service Control Manager').first());
      await page.getByText(/Dienst "Größe" <\d+> & läuft/).waitFor();
      await look(page, 'events');
      await page.goBack();
      await enter(page.getByRole('button', { name: 'One folder up' }));
      await openFile('data', 'orders.mdf');
      await page.getByText('SQL Server database').waitFor();
      await page.getByText('Orders', { exact: true }).waitFor();
      await enter(page.getByRole('button', { name: 'Restore with all that belongs to it' }));
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('list', { name: 'Files of the set' }).getByText('orders.mdf').waitFor();
      await type(dialog.getByLabel('Restore to the folder'), join(folder, 'set'));
      await enter(dialog.getByRole('button', { name: 'Restore', exact: true }));
      await runEnded(page, 'Succeeded');
      assert.ok((await readdir(join(folder, 'set'))).includes('orders.mdf'));
    });

    assert.deepEqual(complaints, [], 'the page complained of nothing');
  },
);
