/** Wires the shell: state and request handler below, window and tray above, and what happens between them. */
import { app, shell } from 'electron';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DesktopPreferences, UpdateView } from '#contract';
import { defaultHome, machineSettings, openHome } from '#service';
import { consoleRouter, consoleServices, createCallerFactory, requestHandler } from '#service/console';
import { setAppMenu } from './app-menu.ts';
import { startsMinimised, startWithSystem } from './autostart.ts';
import { ownCommandLine } from './command-line.ts';
import { logFailure, logFolder } from './crash-log.ts';
import { guardDefaultSession } from './guards.ts';
import { answerPages } from './messages.ts';
import { notices } from './notices.ts';
import { appOrigin } from './origin.ts';
import { pick } from './pickers.ts';
import { openPreferences, type ShellMemory } from './preferences.ts';
import { canKeepSecrets, safeSecrets } from './safe-secrets.ts';
import { serveApp } from './serve-app.ts';
import { shellTexts, type SayShell } from './shell-texts.ts';
import { whenStartedAgain } from './single-instance.ts';
import { standingOf } from './standing.ts';
import { shellTray } from './tray.ts';
import { lookForUpdate } from './updates.ts';
import { watchState, type Seen } from './watch.ts';
import { mainWindow } from './window.ts';

const renderer = fileURLToPath(new URL('../../dist/renderer', import.meta.url));
const watchedRuns = 50;
const updateEveryMs = 24 * 3_600_000;

export async function startShell(): Promise<void> {
  app.setAppUserModelId('io.hostkeep.console');
  guardDefaultSession();
  const preferences = openPreferences();
  const home = openHome(process.env['HOSTKEEP_HOME'] ?? defaultHome(process.env));
  const services = consoleServices(home, {
    mode: 'desktop',
    version: app.getVersion(),
    program: ownCommandLine(),
    remembered: safeSecrets(join(app.getPath('userData'), 'secrets')),
    canRemember: await canKeepSecrets(),
    logs: [logFolder()],
  });
  serveApp(requestHandler({ services, origin: appOrigin, token: null, renderer }));
  const ask = createCallerFactory(consoleRouter)(services);

  let say = shellTexts(languageOf('system'));
  const sayNow = (): SayShell => say;
  let language: 'en' | 'de' | null = null;
  let seen: Seen = { runs: [], alerts: [] };
  let update: string | null = null;
  const redraw = (): void => tray.show(standingOf({ ...seen, seenUntil: preferences.get().seenUntil }), update);
  const markSeen = (): void => {
    if (!window.isInFront()) return;
    preferences.set({ seenUntil: Date.now() });
    redraw();
  };
  const quit = (): void => {
    window.letClose();
    app.quit();
  };

  const window = mainWindow({
    preferences,
    onFocus: markSeen,
    onClose() {
      if (!preferences.get().closeToTray) return false;
      if (!preferences.get().closeExplained) {
        notice.hidden();
        preferences.set({ closeExplained: true });
      }
      return true;
    },
  });
  const notice = notices(sayNow, (path) => window.show(path));
  const tray = shellTray(sayNow, { open: (path) => window.show(path), quit });
  const openLogs = async (): Promise<null> => {
    const failed = await shell.openPath(logFolder());
    if (failed !== '') logFailure('the folder of the logs', failed);
    return null;
  };
  const applyLanguage = async (): Promise<void> => {
    const wanted = languageOf((await ask.settings.get({})).language);
    if (wanted === language) return;
    language = wanted;
    say = shellTexts(wanted);
    setAppMenu(say, {
      open: (path) => window.show(path),
      close: () => window.current()?.close(),
      quit,
      showLogs: () => void openLogs(),
    });
    redraw();
  };
  const seekUpdate = async (): Promise<UpdateView> => {
    // Whoever installed it may have said that nobody looks.
    const found = await lookForUpdate(machineSettings().updates ? preferences.get().updateFeed : null);
    if (found.kind === 'newer' && found.version !== update) {
      update = found.version;
      notice.update(found.version);
      redraw();
    }
    return found;
  };

  answerPages({
    pick: (wish) => pick(window.current(), wish),
    preferences: async () => shownOf(preferences.get()),
    async setPreferences(change) {
      const next = preferences.set(defined(change));
      if (change.startWithSystem !== undefined) startWithSystem(change.startWithSystem);
      return shownOf(next);
    },
    lookForUpdate: seekUpdate,
    showLogs: openLogs,
  });
  whenStartedAgain(() => window.show());
  app.on('activate', () => window.show());
  // The tray is what keeps the shell; without one there would be nobody left to open a window.
  app.on('window-all-closed', () => {
    if (!preferences.get().closeToTray) app.quit();
  });
  app.on('before-quit', () => window.letClose());
  app.on('render-process-gone', (_event, contents, details) => {
    logFailure('the page is gone', { ...details, url: contents.getURL() });
    if (details.reason === 'clean-exit') return;
    notice.crashed();
    if (!contents.isDestroyed()) contents.reload();
  });

  await applyLanguage();
  const watch = watchState(
    async () => {
      await applyLanguage();
      return { runs: await ask.runs.list({ limit: watchedRuns, before: null }), alerts: await ask.alerts.list({}) };
    },
    (now, ended) => {
      seen = now;
      for (const run of ended) if (!window.isInFront()) notice.ended(run, preferences.get().notices);
      markSeen();
      redraw();
    },
    (error) => logFailure('the state could not be read', error),
  );
  const updates = setInterval(() => void seekUpdate(), updateEveryMs);
  app.on('will-quit', () => {
    watch.stop();
    clearInterval(updates);
    void services.close().finally(() => home.close());
  });
  if (!startsMinimised(process.argv)) window.show();
  await watch.look();
  void seekUpdate();
}

function languageOf(chosen: 'system' | 'en' | 'de'): 'en' | 'de' {
  if (chosen !== 'system') return chosen;
  return app.getLocale().toLowerCase().startsWith('de') ? 'de' : 'en';
}

function shownOf({ startWithSystem, closeToTray, notices, updateFeed }: ShellMemory): DesktopPreferences {
  return { startWithSystem, closeToTray, notices, updateFeed };
}

/** What is not given does not change. */
function defined<Change extends object>(change: Change): Partial<{ [Key in keyof Change]: NonNullable<Change[Key]> }> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as never;
}
