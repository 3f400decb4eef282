/** What `import { ... } from 'electron'` gives where Electron's binary cannot be had. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from './app.ts';
import { StandInWindow } from './browser-window.ts';
import { ipcMain } from './ipc-main.ts';
import { StandInMenu } from './menu.ts';
import { nativeImage } from './native-image.ts';
import { StandInNotification } from './notification.ts';
import { protocol } from './protocol.ts';
import { registry } from './registry.ts';
import { safeStorage } from './safe-storage.ts';
import { session } from './session.ts';
import { StandInTray } from './tray.ts';

export { app, ipcMain, nativeImage, protocol, safeStorage, session };
export { StandInMenu as Menu, StandInNotification as Notification, StandInTray as Tray, StandInWindow as BrowserWindow };

/** Tests put their own answers here, as Playwright's guide does for the real one. */
export const dialog = {
  showOpenDialog: async (..._given: readonly unknown[]): Promise<Electron.OpenDialogReturnValue> => ({
    canceled: true,
    filePaths: [],
  }),
  /** Left where a test finds it once the app has ended. */
  showErrorBox(title: string, content: string): void {
    writeFileSync(join(app.getPath('userData'), 'error-box.txt'), `${title}\n${content}`);
  },
  showSaveDialog: async (..._given: readonly unknown[]): Promise<Electron.SaveDialogReturnValue> => ({
    canceled: true,
    filePath: '',
  }),
};

export const shell = {
  async openPath(path: string): Promise<string> {
    registry.calls.push({ name: 'shell.openPath', given: path });
    return '';
  },
};

export const net = { fetch: (input: string, init?: RequestInit): Promise<Response> => fetch(input, init) };

export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
};

export const crashReporter = {
  start(given: Electron.CrashReporterStartOptions): void {
    registry.calls.push({ name: 'crashReporter.start', given });
  },
};

const everything = {
  app,
  BrowserWindow: StandInWindow,
  crashReporter,
  dialog,
  ipcMain,
  Menu: StandInMenu,
  nativeImage,
  net,
  Notification: StandInNotification,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray: StandInTray,
};
export type StandIn = typeof everything;
export default everything;
