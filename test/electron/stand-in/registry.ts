/** What the stand-in was told to show, for tests to look at. */
import type { StandInNotification } from './notification.ts';
import type { StandInTray } from './tray.ts';
import type { StandInWindow } from './browser-window.ts';

export interface Registry {
  readonly trays: StandInTray[];
  readonly notices: StandInNotification[];
  readonly windows: StandInWindow[];
  /** Calls that have no picture: `app.setLoginItemSettings`, `shell.openPath`. */
  readonly calls: { readonly name: string; readonly given: unknown }[];
  /** Windows that pages wanted to open and were denied. */
  readonly denied: string[];
}

export const registry: Registry = { trays: [], notices: [], windows: [], calls: [], denied: [] };

Object.defineProperty(globalThis, 'standIn', { value: registry });
