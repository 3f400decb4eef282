import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openHome } from '#service';
import { announceRun, adoptRun, endRun } from '../../main/service/state/run-control.ts';
import { noBrowser } from '../e2e/browser.ts';
import { temporaryFolder } from '../fixtures/environment.ts';
import { appFolder, isReal, startDesktop, type DesktopApp } from './application.ts';

const noApp = existsSync(join(appFolder, 'package.json')) ? noBrowser : 'npm run build:app first';
const onStandIn = isReal ? 'only the stand-in shows this' : false;

async function until<Value>(look: () => Promise<Value | undefined | false>): Promise<Value> {
  const last = Date.now() + 90_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > last) assert.fail(`never seen: ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const toolTip = (app: DesktopApp): Promise<string> => app.standIn(({ trays }) => trays[0]?.toolTip ?? '');

const passphrase = 'correct horse battery';

/** As the page asks the handler, over the protocol of the app. @throws Error with the code of a refusal */
async function ask<Value>(page: Page, path: string, input: object): Promise<Value> {
  const answer = await page.evaluate(
    async ({ path, input }) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`/api/${path}`, { method: 'POST', headers, body: JSON.stringify(input) });
      return (await response.json()) as {
        readonly result?: { readonly data: unknown };
        readonly error?: { readonly data: { readonly hostkeep: { readonly code: string } } };
      };
    },
    { path, input },
  );
  if (answer.error !== undefined) throw new Error(answer.error.data.hostkeep.code);
  return answer.result?.data as Value;
}

test('the desktop shell', { skip: noApp, timeout: 900_000 }, async (context) => {
  const folder = await temporaryFolder(context);
  const [home, userData] = [join(folder, 'home'), join(folder, 'user')];
  const app = await startDesktop(context, { home, userData });
  const page = await app.firstWindow();
  page.setDefaultTimeout(90_000);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();

  await context.test('the page is the console, over the app protocol, without a token and without Node', async () => {
    await page.getByRole('button', { name: 'Begin' }).waitFor();
    assert.deepEqual(
      await page.evaluate(() => [typeof (globalThis as { process?: unknown }).process, sessionStorage.getItem('token')]),
      ['undefined', null],
    );
    const exposed = await page.evaluate(() =>
      Object.keys((globalThis as { hostkeepDesktop?: object }).hostkeepDesktop ?? {}).toSorted(),
    );
    assert.deepEqual(exposed, ['lookForUpdate', 'pick', 'preferences', 'setPreferences', 'showLogs']);
    const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'));
    assert.match(policy ?? '', /script-src 'self'/);
  });

  await context.test('the window is sandboxed and isolated', { skip: onStandIn }, async () => {
    const asked = await app.standIn(({ windows }) => windows[0]?.options.webPreferences ?? {});
    const { preload, ...rest } = asked;
    assert.ok(preload?.endsWith('preload.cjs'));
    assert.deepEqual(rest, {
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
    });
  });

  await context.test('navigation away, new windows and permissions are refused', async () => {
    const before = page.url();
    await page.evaluate(() => {
      location.href = 'https://example.com/';
    });
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    assert.equal(page.url(), before, 'the page stays');
    await page.evaluate(() => void window.open('https://example.com/'));
    if (!isReal) await until(() => app.standIn(({ denied }) => denied.at(-1) === 'https://example.com/'));
    assert.equal(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length), 1);
    for (const name of ['geolocation', 'notifications', 'camera', 'microphone', 'midi'])
      assert.equal(
        await page.evaluate(async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state, name),
        'denied',
        name,
      );
  });

  await context.test('what comes from another origin is refused, and what is not as it should be too', async () => {
    await app.evaluate(
      async ({ BrowserWindow }, preload) => {
        const foreign = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
        await foreign.loadURL('data:text/html,<title>foreign</title>');
      },
      join(appFolder, 'main', 'electron', 'preload.cjs'),
    );
    const foreign = await until(async () =>
      page
        .context()
        .pages()
        .find((one) => one.url().startsWith('data:')),
    );
    const refusal = await foreign.evaluate(async () => {
      const { hostkeepDesktop } = globalThis as unknown as { hostkeepDesktop: { preferences(): Promise<unknown> } };
      return hostkeepDesktop.preferences().then(String, (error: Error) => error.message);
    });
    assert.match(refusal, /input\/refused/);
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().at(-1)?.close());
    const invalid = await page.evaluate(async () => {
      const { hostkeepDesktop } = globalThis as unknown as { hostkeepDesktop: { setPreferences(x: unknown): Promise<unknown> } };
      return hostkeepDesktop.setPreferences({ updateFeed: 'file:///etc/passwd' }).then(String, (error: Error) => error.message);
    });
    assert.match(invalid, /input\/invalid/);
  });

  await context.test('folders are picked with the system dialogue', async () => {
    await app.evaluate(({ dialog }) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: ['/picked/by/hand'] });
    });
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Repositories' }).click();
    await page.getByRole('button', { name: 'New repository' }).click();
    await page.getByRole('button', { name: 'Browse…' }).click();
    await until(async () => (await page.getByLabel('Folder', { exact: true }).inputValue()) === '/picked/by/hand');
    await page.keyboard.press('Escape');
  });

  await context.test(
    'the tray follows runs: well, running with its share, attention until seen',
    { skip: onStandIn },
    async () => {
      assert.equal(await toolTip(app), 'Hostkeep: all is well');
      assert.deepEqual(
        await app.standIn(({ trays }) => trays[0]?.menu?.items.filter((item) => item.label !== '').map((item) => item.label)),
        ['Hostkeep: all is well', 'Open Hostkeep', 'Back up…', 'Restore…', 'Runs', 'Quit Hostkeep'],
      );
      const state = openHome(home);
      const run = 'abcdef012345';
      announceRun(
        state.state,
        { id: run, kind: 'backup', startedAt: Date.now(), repository: '', subjects: ['FS01'] },
        { command: ['backup'], lines: [] },
      );
      // A process that lives as long as this test stands for the run's own.
      adoptRun(state.state, run, process.pid);
      state.state
        .prepare('UPDATE runs SET progress = ? WHERE id = ?')
        .run(JSON.stringify({ phase: 'FS01', doneBytes: 42, totalBytes: 100, at: Date.now() }), run);
      await until(async () => (await toolTip(app)) === 'Hostkeep: running, 42 %');
      await app.standIn(({ windows }) => windows[0]?.blur());
      const error = { code: 'host/vss-writer-failed', message: 'A writer in the guest failed.', details: {} };
      endRun(state.state, run, 'failed', { at: Date.now(), outcome: { error } });
      state.close();
      await until(async () => (await toolTip(app)) === 'Hostkeep: one thing needs attention');
      assert.ok(
        await app.standIn(({ trays }) => trays[0]?.image.path.endsWith('tray-attention.png') && !trays[0].image.isEmpty()),
      );

      const notice = await until(() =>
        app.standIn(({ notices }) => notices[0] !== undefined && { title: notices[0].title, body: notices[0].body }),
      );
      assert.equal(notice.title, 'Backup failed');
      assert.match(notice.body, /^FS01\nA writer in the guest failed\.$/);
      await app.standIn(({ notices }) => void notices[0]?.emit('click'));
      await page.waitForURL((url) => url.hash === `#/runs/${run}`);
      await page.getByText('Failed', { exact: true }).first().waitFor();
      await until(async () => (await toolTip(app)) === 'Hostkeep: all is well');
    },
  );

  await context.test('whoever reads German is told in German what went wrong', { skip: onStandIn }, async () => {
    const speak = (language: string): Promise<unknown> => ask(page, 'settings.set', { language, theme: 'system' });
    await speak('de');
    await until(async () => (await toolTip(app)) === 'Hostkeep: alles in Ordnung');
    const { state, close } = openHome(home);
    const run = 'abcdef012346';
    const of = { id: run, kind: 'restore-files', startedAt: Date.now(), repository: '', subjects: ['FS01'] } as const;
    announceRun(state, of, { command: ['restore-files'], lines: [] });
    adoptRun(state, run, process.pid);
    await until(async () => (await toolTip(app)) === 'Hostkeep: läuft');
    await app.standIn(({ windows }) => windows[0]?.blur());
    const error = { code: 'storage/full', message: 'The storage is full. (path E:\\back)', details: {} };
    endRun(state, run, 'failed', { at: Date.now(), outcome: { error } });
    close();
    const [title, body] = await until(() =>
      app.standIn(({ notices }) => notices[1] !== undefined && ([notices[1].title, notices[1].body] as const)),
    );
    assert.equal(title, 'Wiederherstellung fehlgeschlagen');
    assert.equal(body, 'FS01\nDer Speicher ist voll. (path E:\\back)');
    await app.standIn(({ windows }) => windows[0]?.focus());
    await speak('en');
    await until(async () => (await toolTip(app)) === 'Hostkeep: all is well');
  });

  await context.test('what its user wants remembered is sealed by the system', { skip: onStandIn }, async () => {
    assert.equal((await ask<{ canRemember: boolean }>(page, 'session', {})).canRemember, true);
    const given = { name: 'NAS', folder: join(folder, 'repository'), passphrase };
    const { repository } = await ask<{ repository: string }>(page, 'repositories.create', given);
    await ask(page, 'repositories.unlock', { repository, secret: passphrase, remember: true });
    const sealed = await readdir(join(userData, 'secrets'));
    assert.ok(sealed.length === 1 && sealed[0]!.endsWith('.sealed'), sealed.join());
    assert.equal((await readFile(join(userData, 'secrets', sealed[0]!))).includes(passphrase), false);
  });

  await context.test('the menu of the application leads to its pages', { skip: onStandIn }, async () => {
    const labels = await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
    assert.deepEqual(labels, ['&File', '&Edit', '&View', '&Help']);
    await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items[0]?.submenu?.items[2]?.click());
    await page.waitForURL((url) => url.hash === '#/settings');
  });

  await context.test('it starts with Windows, minimised, when its user wants it', { skip: onStandIn }, async () => {
    // Elsewhere the packages of the system would have to do it.
    await app.evaluate(() => void Object.defineProperty(process, 'platform', { value: 'win32', configurable: true }));
    for (const startWithSystem of [true, false])
      await page.evaluate(async (wanted) => {
        const { hostkeepDesktop } = globalThis as unknown as { hostkeepDesktop: { setPreferences(x: object): Promise<unknown> } };
        await hostkeepDesktop.setPreferences({ startWithSystem: wanted });
      }, startWithSystem);
    await app.evaluate(() => void Object.defineProperty(process, 'platform', { value: 'linux', configurable: true }));
    const asked = await app.standIn(({ calls }) => calls.filter(({ name }) => name === 'app.setLoginItemSettings'));
    assert.deepEqual(
      asked.map(({ given }) => given),
      [true, false].map((openAtLogin) => ({ openAtLogin, args: ['--minimised'] })),
    );
  });

  await context.test('a page that dies is told, noted in the log, and loaded again', { skip: onStandIn }, async () => {
    await app.evaluate(({ app, BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      app.emit('render-process-gone', {}, webContents, { reason: 'crashed', exitCode: 5 });
    });
    await until(() => app.standIn(({ notices }) => notices.some(({ title }) => title === 'The window was closed by an error')));
    assert.match(await readFile(join(userData, 'logs', 'shell.log'), 'utf8'), /the page is gone: .*crashed/s);
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  });

  await context.test('a second start shows the first window and ends', async () => {
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    const second = await startDesktop(context, { home, userData });
    assert.equal(await second.exited, 0);
    await until(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() === true));
  });

  await context.test('closing hides, says so once, and the tray brings the same page back', { skip: onStandIn }, async () => {
    const explained = (): Promise<number> =>
      app.standIn(({ notices }) => notices.filter((one) => one.title === 'Hostkeep stays in the notification area').length);
    for (let turn = 0; turn < 2; turn += 1) {
      await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      assert.equal(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible()), false);
      assert.equal(await explained(), 1);
      await app.standIn(({ trays }) => void trays[0]?.emit('click'));
      assert.equal(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible()), true);
    }
  });

  await context.test('updates are announced, never installed', { skip: onStandIn }, async () => {
    await app.evaluate(({ net }) => {
      net.fetch = async (input) =>
        String(input) === 'https://updates.example/feed.json'
          ? Response.json({ version: '99.0.0', notes: 'Better.' })
          : new Response(null, { status: 404 });
    });
    const look = (): Promise<unknown> =>
      page.evaluate(async () => {
        const { hostkeepDesktop } = globalThis as unknown as {
          hostkeepDesktop: { setPreferences(x: object): Promise<unknown>; lookForUpdate(): Promise<unknown> };
        };
        await hostkeepDesktop.setPreferences({ updateFeed: 'https://updates.example/feed.json' });
        return hostkeepDesktop.lookForUpdate();
      });
    assert.deepEqual(await look(), { kind: 'newer', version: '99.0.0', notes: 'Better.' });
    await until(() => app.standIn(({ trays }) => trays[0]?.menu?.items.some((item) => item.label.includes('99.0.0'))));
  });

  await context.test('it ends by its menu, and the next start finds the window where it was', async () => {
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 1200, height: 800 }),
    );
    await app.quit();
    assert.equal(await app.exited, 0);
    const environment = { STAND_IN_KEYRING: 'basic_text' };
    const again = await startDesktop(context, { home, userData, parameters: ['--minimised'], environment });
    if (!isReal) {
      await until(() => again.standIn(({ trays }) => trays.length === 1));
      assert.equal(await again.standIn(({ windows }) => windows.length), 0, 'started with the system: only the tray');
      await again.standIn(({ trays }) => void trays[0]?.emit('click'));
    }
    assert.deepEqual(await again.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds()), {
      x: 40,
      y: 30,
      width: 1200,
      height: 800,
    });
    if (!isReal) {
      // On Linux without a keyring Electron seals with a key that everybody knows.
      const shown = await again.firstWindow();
      assert.equal((await ask<{ canRemember: boolean }>(shown, 'session', {})).canRemember, false);
      const [known] = await ask<readonly { readonly id: string }[]>(shown, 'repositories.list', {});
      const refused = ask(shown, 'repositories.unlock', { repository: known!.id, secret: passphrase, remember: true });
      await assert.rejects(refused, /secrets\/unavailable/);
    }
    await again.quit();
    const kept = await Promise.all(
      (await readdir(userData, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')),
    );
    assert.ok(
      kept.some((text) => text.includes('closeExplained')),
      'the shell remembers in a file of its own',
    );
  });
});

test(
  'a shell that cannot open its state says so and ends',
  { skip: isReal ? onStandIn : noApp, timeout: 120_000 },
  async (context) => {
    const folder = await temporaryFolder(context);
    const [home, userData] = [join(folder, 'home'), join(folder, 'user')];
    await mkdir(home);
    await writeFile(join(home, 'state.db'), 'no database '.repeat(1000));
    const app = await startDesktop(context, { home, userData });
    assert.equal(await app.exited, 1);
    assert.match(await readFile(join(userData, 'error-box.txt'), 'utf8'), /^Hostkeep\nThe state database[^]*\n\n./);
  },
);
