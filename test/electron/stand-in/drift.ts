/**
 * Guards the stand-in against drift, at compile time: it has no member that Electron's own types lack, and what it takes and gives fits them.
 * (What only tests look at, such as a tray's picture, is in fields of the instances and named here.)
 */
import type * as Electron from 'electron';
import type { StandInWindow } from './browser-window.ts';
import type { StandIn } from './electron.ts';
import type { StandInMenu } from './menu.ts';
import type { StandInNotification } from './notification.ts';
import type { StandInTray } from './tray.ts';
import type { StandInWebContents } from './web-contents.ts';

type Lacking<Mine, Real, ForTests extends string = never> = Exclude<keyof Mine, keyof Real | ForTests>;
type None<Names extends never> = Names;

export type NoDrift = [
  None<Lacking<StandIn, typeof Electron>>,
  None<Lacking<StandIn['app'], Electron.App>>,
  None<Lacking<StandIn['dialog'], Electron.Dialog>>,
  None<Lacking<StandIn['ipcMain'], Electron.IpcMain>>,
  None<Lacking<StandIn['net'], Electron.Net>>,
  None<Lacking<StandIn['protocol'], Electron.Protocol>>,
  None<Lacking<StandIn['safeStorage'], Electron.SafeStorage>>,
  None<Lacking<StandIn['screen'], Electron.Screen>>,
  None<Lacking<StandIn['shell'], Electron.Shell>>,
  None<Lacking<StandIn['crashReporter'], Electron.CrashReporter>>,
  None<Lacking<StandIn['session']['defaultSession'], Electron.Session, 'asked' | 'tell'>>,
  None<Lacking<StandInWindow, Electron.BrowserWindow, 'options'>>,
  None<Lacking<StandInWebContents, Electron.WebContents, 'destroy'>>,
  None<Lacking<StandInMenu, Electron.Menu>>,
  None<Lacking<StandInTray, Electron.Tray, 'image' | 'toolTip' | 'menu'>>,
  None<Lacking<StandInNotification, Electron.Notification>>,
];

/** Parameters and answers of what the shell calls. */
type Fits<Mine extends Real, Real> = Mine;
export type SameShape = [
  Fits<StandIn['safeStorage'], Pick<Electron.SafeStorage, keyof StandIn['safeStorage']>>,
  Fits<StandIn['shell'], Pick<Electron.Shell, keyof StandIn['shell']>>,
  Fits<StandIn['dialog'], Pick<Electron.Dialog, keyof StandIn['dialog']>>,
  Fits<StandIn['crashReporter'], Pick<Electron.CrashReporter, keyof StandIn['crashReporter']>>,
  Fits<
    Pick<StandIn['app'], 'whenReady' | 'getPath' | 'getVersion' | 'getLocale' | 'quit' | 'exit' | 'requestSingleInstanceLock'>,
    Pick<Electron.App, 'whenReady' | 'getPath' | 'getVersion' | 'getLocale' | 'quit' | 'exit' | 'requestSingleInstanceLock'>
  >,
  Fits<
    Pick<StandInWindow, 'loadURL' | 'show' | 'hide' | 'close' | 'isVisible' | 'isFocused' | 'isMaximized' | 'getNormalBounds'>,
    Pick<
      Electron.BrowserWindow,
      'loadURL' | 'show' | 'hide' | 'close' | 'isVisible' | 'isFocused' | 'isMaximized' | 'getNormalBounds'
    >
  >,
];
