/** Every dialogue of the console, opened, looked at by axe, filled in and confirmed, and what it did seen where it shows. */
import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { demoPassphrase } from '../../main/cli/demo/fill-lab.ts';
import { passphrase, rowOf, runEnded, scenes } from './console.ts';
import type { FilledConsole } from './filled.ts';
import { lookAt as look } from './look.ts';
import { mailRelay, webhookReceiver } from './servers.ts';

export async function dialogues(context: TestContext, console: FilledConsole): Promise<void> {
  const { page, complaints, context: window } = await console.open({ width: 1024, height: 700 });
  const act = scenes(context, page);
  const go = async (path: string): Promise<void> => {
    await page.goto(console.addressOf(path));
    await page.getByRole('heading', { level: 1 }).waitFor();
  };
  const { point, at } = console;
  const button = (name: string | RegExp): Locator => page.getByRole('button', { name, exact: true });

  await act('files: a folder is picked, and a file that is there already is left alone', async () => {
    await go(`${at}/files?path=${encodeURIComponent('/disk0/part2/Users/anna/Documents')}`);
    await rowOf(page, 'budget.csv').click();
    await button('Browse…').click();
    await page.getByLabel('New folder in it').fill('conflict');
    await look(page, 'folder');
    await button('Make the folder').click();
    const target = join(console.folder, 'home', 'conflict');
    await page.getByRole('dialog').getByText(target, { exact: true }).waitFor();
    await button('Choose this folder').click();
    assert.equal(await page.getByLabel('Restore to the folder').inputValue(), target);
    await button('Restore').click();
    await runEnded(page, 'Succeeded');
    await writeFile(join(target, 'budget.csv'), 'mine');
    await page.goBack();
    await rowOf(page, 'budget.csv').click();
    await page.getByLabel('Restore to the folder').fill(target);
    await page.getByRole('radio', { name: 'Leave it alone' }).click();
    await button('Command').click();
    await look(page, 'command');
    assert.match(await page.getByRole('dialog').innerText(), /restore-files .* --conflict skip/);
    await button('Done').click();
    await button('Restore').click();
    await page.waitForURL(/#\/runs\//);
    await page.getByRole('status', { name: 'State' }).getByText('after').waitFor();
    assert.equal(await readFile(join(target, 'budget.csv'), 'utf8'), 'mine');
  });

  await act('a VM goes back onto a host as a new one', async () => {
    await go(at);
    await button(/^The whole VM/).click();
    await page.getByRole('radio', { name: 'Back onto a host' }).click();
    await page.getByLabel('Folder on the host').fill(join(console.folder, 'on-host'));
    await page.getByLabel('Name', { exact: true }).fill('FS01 back');
    await look(page, 'vm-onto-host');
    await button('Restore').click();
    await runEnded(page, 'Succeeded');
    await go('/hosts');
    await button('Read again').click();
    await page.getByText(/^4, read/).waitFor();
    await go('/protect');
    await page.getByLabel('Search VMs').fill('FS01 back');
    await rowOf(page, 'FS01 back').waitFor();
  });

  await act('a disk goes back into its VM', async () => {
    await go(at);
    await button(/^One disk/).click();
    await page.getByRole('radio', { name: /FS01/ }).click();
    await look(page, 'disk-into-vm');
    await button('Restore').click();
    await page.waitForURL(/#\/runs\//);
    await page.getByRole('status', { name: 'State' }).getByText('after').waitFor();
    await look(page, 'disk-into-vm-run');
  });

  await act('a restore point is kept for good, released, forgotten, and brought back', async () => {
    await go(at);
    await button('Keep for good').click();
    await page.getByLabel(/^Why/).fill('Before the migration');
    await look(page, 'pin');
    await page.getByRole('dialog').getByRole('button', { name: 'Keep for good' }).click();
    await page.getByText('Kept for good: Before the migration').waitFor();
    assert.ok(await button('Forget').isDisabled(), 'what is pinned is not forgotten');
    await button('Release').click();
    await button('Forget').click();
    await look(page, 'forget');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    await button('Forget').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Forget' }).click();
    await page.waitForURL(/#\/restore$/);
    await go('/repositories');
    await menu(page, 'Dropped restore points…');
    const back = page.getByRole('button', { name: /^Bring back FS01, / });
    await back.waitFor();
    await page.getByRole('dialog').getByText(point, { exact: true }).waitFor();
    await look(page, 'drops');
    await back.click();
    await page.getByText('Nothing is dropped.').waitFor();
    await button('Done').click();
    await go(at);
    await button(/^The whole VM/).waitFor();
    await go('/repositories');
    await menu(page, 'Compact: free space');
    await runEnded(page, 'Succeeded');
  });

  await act('VMs are tagged, found by their tag, and the tag is taken away', async () => {
    await go('/protect');
    await page.getByLabel('Search VMs').fill('LNX01');
    await rowOf(page, 'LNX01').click();
    await button('Tags').click();
    await page.getByLabel('New tag').fill('gold');
    await look(page, 'tags');
    await page.keyboard.press('Enter');
    await button('Take gold away').waitFor();
    await button('Done').click();
    await rowOf(page, '#gold').waitFor();
    await page.getByRole('combobox', { name: 'Tags' }).click();
    await page.getByRole('option', { name: 'gold' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.table-row').length === 1);
    await button('Tags').click();
    await button('Take gold away').click();
    await button('Take gold away').waitFor({ state: 'detached' });
    await button('Done').click();
  });

  await act('VMs are found by their power state, and a pick outlasts the filter that hides it', async () => {
    // Another page between: what was picked and filtered on this one is forgotten with it.
    await go('/jobs');
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
    await go('/protect');
    await page.getByRole('heading', { level: 1, name: 'Protect' }).waitFor();
    await page.getByLabel('Search VMs').fill('LNX01');
    await rowOf(page, 'LNX01').click();
    await page.getByLabel('Search VMs').fill('');
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'off', exact: true }).click();
    await page.getByText('One VM is picked that the search or a filter hides.').waitFor();
    await button('All of these').click();
    await button('None of these').click();
    await page.getByText('One VM is picked that the search or a filter hides.').waitFor();
    await look(page, 'vm-filters');
  });

  await act('mail and webhook are set up and tried', async () => {
    const [mail, hook] = [await mailRelay(context), await webhookReceiver(context)];
    await go('/settings');
    await page.getByRole('switch', { name: 'E-mail', exact: true }).click();
    await page.getByLabel('Mail server').fill('127.0.0.1');
    await page.getByLabel('Port', { exact: true }).fill(String(mail.port));
    await page.getByRole('combobox', { name: 'Security' }).click();
    await page.getByRole('option', { name: /^None/ }).click();
    await page.getByLabel('From', { exact: true }).fill('hostkeep@shop.example');
    await page.getByLabel('To', { exact: true }).fill('boss@shop.example');
    await button('Add: Webhooks').click();
    await page.getByLabel('Address of webhook 1').fill(`http://127.0.0.1:${hook.port}/hook`);
    await button('Save').click();
    await button('Send a test').click();
    await page.getByText(/^webhook hook-1: /).waitFor();
    const key = join(console.folder, 'hook-key');
    await writeFile(key, 'k\n');
    await page.getByLabel(/^Key of its signature: file/).fill(key);
    await look(page, 'notify');
    await button('Save').click();
    await button('Send a test').click();
    await page.getByText('Delivered 2; 1 wait').waitFor();
    assert.match(mail.received.join(''), /^To: boss@shop\.example/m);
    assert.match(hook.received.join(''), /^\{.*\}$/);
    await button('Remove the webhook hook-1').click();
    await page.getByRole('switch', { name: 'E-mail', exact: true }).click();
    await button('Save').click();
    await page.getByLabel('Mail server').waitFor({ state: 'detached' });
  });

  await act('settings are exported, and imported again', async () => {
    await go('/settings');
    await button('Export').click();
    const exported = await page.getByRole('textbox', { name: 'The export' }).inputValue();
    const file = join(console.folder, 'exported.json');
    await writeFile(file, exported);
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText(/^Added: –\. Was here already: .*NAS/).waitFor();
    await writeFile(file, 'no JSON');
    await page.locator('input[type=file]').setInputFiles([]);
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('alert').waitFor();
    await look(page, 'transfer');
  });

  await act('a support bundle is made', async () => {
    await go('/settings');
    await button('Make it').click();
    const file = await page.getByRole('status').filter({ hasText: 'It is here:' }).locator('.mono').innerText();
    assert.ok((await stat(file)).size > 1000);
  });

  await act('a job is made, changed, paused, and deleted', async () => {
    const secret = join(console.folder, 'secret');
    await writeFile(secret, `${demoPassphrase}\n`, { mode: 0o600 });
    await go('/jobs');
    await button('New job').click();
    await page.getByLabel(/^Name/).fill('Weekly');
    await page.getByRole('combobox', { name: 'Host' }).click();
    await page.getByRole('option', { name: 'lab', exact: true }).click();
    await page.getByLabel(/^File with the passphrase/).fill(secret);
    await page.getByRole('combobox', { name: 'How often' }).click();
    await page.getByRole('option', { name: 'Weekly' }).click();
    await page.getByRole('group', { name: 'Weekdays' }).getByLabel('Sat').check();
    await button('Add: Never start within').click();
    await page.getByLabel('Entry 1 from').fill('24:00');
    assert.equal(await page.getByLabel('Entry 1 from').getAttribute('aria-invalid'), 'true');
    await page.getByLabel('Entry 1 from').fill('9:00');
    await page.getByRole('slider', { name: /^What is there after 30 days/ }).press('End');
    const kept = page.getByRole('region', { name: /restore points of each VM$/ });
    await kept.getByRole('row').filter({ hasText: 'monthly' }).nth(5).waitFor();
    await page.getByRole('list', { name: 'The next runs' }).getByRole('listitem').first().waitFor();
    await look(page, 'job');
    await button('Choose disks…').click();
    const disks = page.getByRole('dialog');
    await disks.getByLabel('Search by VM or file').fill('app01');
    await disks.getByRole('row').filter({ hasText: 'SCSI 0:1' }).click();
    await look(page, 'job-disks');
    await disks.getByRole('button', { name: 'Leave these out' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Except disks' }).inputValue(), 'APP01:1');
    await page.getByRole('list', { name: 'Disks that are left out' }).getByText('SCSI 0:1').waitFor();
    await button('Make the job').click();
    const job = page.getByRole('region', { name: 'Weekly' });
    await job.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('spinbutton', { name: 'Yearly points' }).fill('3');
    await button('Save').click();
    await job.getByText('3 yearly').waitFor();
    await job.getByRole('button', { name: 'Run now' }).click();
    await page
      .getByRole('status', { name: 'State' })
      .getByText(/Succeeded|With warning/)
      .waitFor({ timeout: 180_000 });
    await go('/jobs');
    await job.getByRole('button', { name: 'Change' }).click();
    const whose = page.getByRole('combobox', { name: 'From the restore points of' });
    await whose.getByText('APP01: one is there').waitFor();
    await whose.click();
    await page.getByRole('option', { name: 'FS01: one is there' }).click();
    await page
      .getByRole('region', { name: /restore points of FS01$/ })
      .getByRole('row')
      .nth(2)
      .waitFor();
    await look(page, 'job-points');
    await button('Cancel').click();
    await job.getByRole('button', { name: 'Pause' }).click();
    await job.getByRole('button', { name: 'Resume' }).waitFor();
    await job.getByRole('button', { name: 'Delete' }).click();
    await look(page, 'job-delete');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await job.waitFor({ state: 'detached' });
  });

  await act('a repository is made, its key typed back, removed from the list, and opened again', async () => {
    const folder = join(console.folder, 'second');
    await go('/repositories');
    await button('New repository').click();
    await page.getByLabel(/^Name/).fill('Second');
    await page.getByLabel('Folder', { exact: true }).fill(folder);
    await page.getByLabel(/^Passphrase\*?$/).fill(passphrase);
    await page.getByLabel('Passphrase again').fill(`${passphrase}!`);
    await page.getByText('The two differ.').waitFor();
    await look(page, 'repository');
    await page.getByLabel('Passphrase again').fill(passphrase);
    await button('Make the repository').click();
    const key = (await page.getByTestId('recovery-key').textContent()) ?? '';
    await page.getByLabel('The key, typed back').fill('not that one');
    await button('Confirm').click();
    await page.getByRole('alert').waitFor();
    await look(page, 'key');
    await page.getByLabel('The key, typed back').fill(key);
    await button('Confirm').click();
    await page.getByText('It opens the repository.').waitFor();
    await button('Done').click();
    const second = page.getByRole('region', { name: 'Second' });
    await menu(page, 'Remove from this list', 'Second');
    await look(page, 'repository-remove');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await second.waitFor({ state: 'detached' });
    await button('Open an existing one').click();
    await page.getByLabel(/^Name/).fill('Second');
    await page.getByLabel('Folder', { exact: true }).fill(folder);
    await page.getByLabel(/^Passphrase or recovery key/).fill(key);
    await button('Open').click();
    await second.waitFor();
    await menu(page, 'Make another recovery key', 'Second');
    await page.getByTestId('recovery-key').waitFor();
    await button('Later').click();
    await menu(page, 'Change the passphrase…', 'Second');
    await page.getByLabel(/^New passphrase\*?$/).fill(`${passphrase} too`);
    await page.getByLabel('Passphrase again').fill(`${passphrase} too`);
    await look(page, 'passphrase');
    await button('Change it').click();
    await page.getByText('The passphrase is changed.').waitFor();
    await button('Done').click();
    await menu(page, 'Remove all locks…', 'Second');
    await look(page, 'locks');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove them' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await menu(page, 'Rebuild the index', 'Second');
    await runEnded(page, 'Succeeded');
  });

  await act('a host that does not answer is not added, and the dialogue says why', async () => {
    await go('/hosts');
    await button('Add a host').click();
    await page.getByLabel(/^Name/).fill('hv9');
    await page.getByLabel('Address', { exact: true }).fill('hv9.invalid');
    await button('Try and add').click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await look(page, 'host');
    await button('Cancel').click();
    await page.getByRole('region', { name: 'hv9' }).waitFor({ state: 'detached' });
  });

  assert.deepEqual(complaints, [], 'the page complained of nothing');
  await window.close();
}

async function menu(page: Page, item: string, repository = 'NAS'): Promise<void> {
  await page.getByRole('button', { name: `More for ${repository}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}
