import assert from 'node:assert/strict';
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { guestVolumes, parseGuestPath, readFile as readGuestFile } from '#engine/recovery';
import { openDisk } from '../../main/engine/formats/open-disk.ts';
import { daytimeZone, noBrowser } from './browser.ts';
import { firstRun, holdNextRun, openPoint, passphrase, rowOf, runEnded, startConsole, story } from './console.ts';
import { enter, go, reach, space, type } from './keyboard.ts';

const file = '/disk0/part2/Users/anna/Documents/budget.csv';

async function fileInLab(home: string): Promise<Buffer> {
  const disk = await openDisk({ format: 'vhdx', path: join(home, 'lab', 'FS01', 'fs01.vhdx') });
  const pieces: Buffer[] = [];
  const volumes = guestVolumes({ indexes: [0], open: async () => disk });
  for await (const piece of readGuestFile(await volumes.find(parseGuestPath(file)))) pieces.push(piece);
  await disk.close();
  return Buffer.concat(pieces);
}

test(
  'the main job in a browser by keyboard alone, from an empty home to everything back',
  { skip: noBrowser, timeout: 900_000 },
  async (context) => {
    const console = await startConsole(context);
    const { home, folder } = console;
    const timeZone = daytimeZone();
    const { page, complaints } = await console.open({ timeZone });
    const act = story(context, page);

    await act('the guide leads from nothing to a protected lab', async () => {
      await firstRun(page, folder);
      assert.equal(new URL(page.url()).hash.includes('token'), false, 'the token does not stay in the address');
      await reach(page.getByRole('tab', { name: 'APP01' }));
      await page.getByText('SqlServerWriter').first().waitFor();
      await go(page, 'Overview');
      await page.getByRole('region', { name: 'Protected' }).getByText('3 of 3').waitFor();
      await page.getByText('All is well.').waitFor();
      await page.getByText('Nightly').waitFor();
    });

    await act('a day later the incremental is watched live, in two windows that agree, through a reload', async () => {
      await go(page, 'Hosts');
      await enter(page.getByRole('button', { name: 'Let a day pass' }));
      await runEnded(page, 'Succeeded');
      await go(page, 'Protect');
      await space(rowOf(page, 'FS01'));
      await page.getByText('One VM,').waitFor();
      const held = holdNextRun(context, console);
      await enter(page.getByRole('button', { name: 'Back up now' }));
      await page.getByRole('progressbar').waitFor();
      const second = await console.open({ timeZone });
      await second.page.evaluate((hash) => (location.hash = hash), new URL(page.url()).hash);
      await page.reload();
      for (const one of [page, second.page]) await one.getByRole('progressbar').waitFor();
      await held.goOn();
      await runEnded(page, 'Succeeded');
      await runEnded(second.page, 'Succeeded');
      await page.getByText('changed ranges only').waitFor();
      assert.equal(
        await page.getByRole('status', { name: 'State' }).textContent(),
        await second.page.getByRole('status', { name: 'State' }).textContent(),
      );
      await second.context.close();
    });

    await act('a file is found by its folders, looked at, and restored with equal bytes', async () => {
      await go(page, 'Restore');
      await enter(rowOf(page, 'FS01'));
      await reach(page.locator('.timeline button').last());
      await enter(
        page
          .getByRole('grid', { name: /Restore points of FS01/ })
          .getByRole('row')
          .nth(1),
      );
      await enter(page.getByRole('button', { name: /Files and folders/ }));
      for (const name of ['/disk0/part2', 'Users', 'anna', 'Documents'])
        await enter(page.getByRole('row').filter({ hasText: name }).first());
      const row = rowOf(page, 'budget.csv');
      await enter(row);
      await page.getByLabel('Content of the file').waitFor();
      await space(row);
      await page.getByText('One picked').waitFor();
      await type(page.getByLabel('Restore to the folder'), join(folder, 'back'));
      await enter(page.getByRole('button', { name: 'Restore', exact: true }));
      await runEnded(page, 'Succeeded');
      await page.getByText('Restored one file').waitFor();
      const back = await readFile(join(folder, 'back', 'budget.csv'));
      assert.ok(back.length > 0 && back.equals(await fileInLab(home)));
    });

    await act('a folder is picked in the list, and comes back with all in it as a zip', async () => {
      await openPoint(page, 'FS01');
      await enter(page.getByRole('button', { name: /Files and folders/ }));
      await enter(rowOf(page, '/disk0/part2'));
      // The list that opens has the focus, and so has the one that was left once somebody goes back up.
      await page.locator('[role=row]:focus').waitFor();
      await enter(rowOf(page, 'Users'));
      await rowOf(page, 'anna').waitFor();
      await page.locator('[role=row]:focus').waitFor();
      await page.keyboard.press('Backspace');
      await page.locator('[role=row]:focus').filter({ hasText: 'Users' }).waitFor();
      await page.keyboard.press('Enter');
      await page.locator('[role=row]:focus').waitFor();
      await space(rowOf(page, 'anna'));
      await page.getByText('One picked').waitFor();
      await space(page.getByRole('radio', { name: 'Into one zip file' }));
      await type(page.getByLabel('Restore to the folder'), join(folder, 'zips'));
      await type(page.getByLabel(/^Name of the zip/), 'anna');
      await enter(page.getByRole('button', { name: 'Restore', exact: true }));
      await runEnded(page, 'Succeeded');
      await page.getByText(join(folder, 'zips', 'anna.zip')).waitFor();
      const zip = await readFile(join(folder, 'zips', 'anna.zip'));
      assert.equal(zip.subarray(0, 2).toString('latin1'), 'PK');
      assert.ok(zip.includes('budget.csv'));
    });

    await act('a whole VM comes back', async () => {
      await openPoint(page, 'LNX01');
      await enter(page.getByRole('button', { name: /The whole VM/ }));
      await type(page.getByLabel('Restore to the folder'), join(folder, 'vms'));
      await enter(page.getByRole('button', { name: 'Restore', exact: true }));
      await runEnded(page, 'Succeeded');
      assert.ok((await stat(join(folder, 'vms', 'LNX01'))).isDirectory());
    });

    await act('a failing writer is shown with its number and its remedy', async () => {
      await go(page, 'Hosts');
      await enter(page.getByRole('button', { name: 'Make a writer fail' }));
      await page.getByText('The next backup meets a failing writer.').waitFor();
      await go(page, 'Protect');
      await space(rowOf(page, 'APP01'));
      await space(page.getByRole('radio', { name: 'Fail, and say why' }));
      await enter(page.getByRole('button', { name: 'Back up now' }));
      await runEnded(page, 'Failed');
      await page.getByText('0x800423F4').first().waitFor();
      await page.getByText('A writer in the guest failed.').first().waitFor();
      await page.getByRole('region', { name: 'Per VM' }).getByText('Look at the application log of the guest').waitFor();
      await go(page, 'Overview');
      await page.getByText('A run failed: APP01').waitFor();
    });

    await act('a run is cancelled, and run again to its end', async () => {
      await go(page, 'Protect');
      await enter(page.getByRole('button', { name: 'All of these' }));
      const held = holdNextRun(context, console);
      await enter(page.getByRole('button', { name: 'Back up now' }));
      await page.getByText(/^0 of 3 are over/).waitFor();
      await enter(page.getByRole('button', { name: 'Cancel the run' }));
      await page.getByText(/^Cancel was asked for/).waitFor();
      await held.goOn();
      await runEnded(page, 'Cancelled');
      await enter(page.getByRole('button', { name: 'Run again' }));
      await runEnded(page, 'Succeeded');
    });

    await act('a job is run by hand, and the run that it made once more', async () => {
      await go(page, 'Jobs');
      const seen = new Set<string>();
      for (const name of ['Run now', 'Run again']) {
        const held = holdNextRun(context, console);
        await enter(page.getByRole('button', { name }));
        await page.getByRole('button', { name: 'Cancel the run' }).waitFor();
        await held.goOn();
        await runEnded(page, 'Succeeded');
        await page.getByRole('heading', { level: 1, name: /^Backup: / }).waitFor();
        seen.add(page.url());
      }
      assert.equal(seen.size, 2, 'each on its own page');
    });

    await act('a wrong passphrase is told; the right one goes on with what was wanted', async () => {
      await go(page, 'Repositories');
      await enter(page.getByRole('button', { name: /^More for/ }));
      await enter(page.getByRole('menuitem', { name: 'Lock', exact: true }));
      await page.getByText('Locked', { exact: true }).waitFor();
      await enter(page.getByRole('button', { name: 'Check every byte' }));
      const dialog = page.getByRole('dialog');
      await type(dialog.getByLabel('Passphrase or recovery key'), 'not this one');
      await page.keyboard.press('Enter');
      await dialog.getByText('does not open this repository').waitFor();
      await type(dialog.getByLabel('Passphrase or recovery key'), passphrase);
      await page.keyboard.press('Enter');
      await runEnded(page, 'Succeeded');
      await page.getByText('Everything is as it was written.').waitFor();
    });

    await act('a repository that is gone is told with what to do', async () => {
      await rename(join(home, 'repository'), join(home, 'away'));
      await go(page, 'Protect');
      await space(rowOf(page, 'FS01'));
      await enter(page.getByRole('button', { name: 'Back up now' }));
      await runEnded(page, 'Failed');
      await page.getByText('There is no repository here.').first().waitFor();
      await rename(join(home, 'away'), join(home, 'repository'));
      await enter(page.getByRole('button', { name: 'Run again' }));
      await runEnded(page, 'Succeeded');
    });

    await act('what was done is in the activity log, and the console that ends is told', async () => {
      await go(page, 'Activity');
      await page.getByText('Cancelled a run').waitFor();
      assert.equal(await page.getByText(passphrase).count(), 0);
      assert.deepEqual(complaints, [], 'the page complained of nothing');
      await console.stop();
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Jobs' }).click();
      await page.getByRole('button', { name: 'Pause' }).click();
      const clock = page.locator('[data-timer-status]');
      const lasts = await clock.evaluate((element) => getComputedStyle(element).animationDuration);
      assert.equal(lasts, '12s', 'the message of what failed stays until it is read, without motion too');
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }).click();
      await page.getByText('The console does not answer.').first().waitFor();
    });
  },
);
