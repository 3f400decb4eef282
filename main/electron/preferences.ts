/** What the shell remembers for this user: its own affairs only. What concerns backups is in the state database. */
import { ipcMain } from 'electron';
import Store from 'electron-store';
import { boolean, nullable, number, object, picklist, string } from 'valibot';
import { accept, hasCode, noticeWishes, type DesktopPreferences, type Schema } from '#contract';

export interface WindowPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly maximised: boolean;
}

export interface ShellMemory extends DesktopPreferences {
  readonly place: WindowPlace | null;
  /** That closing only hides has been said. */
  readonly closeExplained: boolean;
  /** Runs that ended until then have been seen. */
  readonly seenUntil: number;
}

const otherwise: ShellMemory = {
  startWithSystem: false,
  closeToTray: true,
  notices: 'problems',
  updateFeed: null,
  place: null,
  closeExplained: false,
  seenUntil: 0,
};

const memorySchema: Schema<ShellMemory> = object({
  startWithSystem: boolean(),
  closeToTray: boolean(),
  notices: picklist(noticeWishes),
  updateFeed: nullable(string()),
  place: nullable(object({ x: number(), y: number(), width: number(), height: number(), maximised: boolean() })),
  closeExplained: boolean(),
  seenUntil: number(),
});

export interface Preferences {
  get(): ShellMemory;
  set(change: Partial<ShellMemory>): ShellMemory;
}

export function openPreferences(): Preferences {
  // A file that somebody has broken is begun anew: nothing in it is worth refusing to start.
  const store = new Store<{ memory?: unknown }>({ name: 'shell', clearInvalidConfig: true });
  // The store offers its folder to pages on a channel that checks nobody; ours do not use it.
  ipcMain.removeAllListeners('electron-store-get-data');
  let memory = read(store.get('memory'));
  return {
    get: () => memory,
    set(change) {
      memory = { ...memory, ...change };
      store.set('memory', memory);
      return memory;
    },
  };
}

function read(value: unknown): ShellMemory {
  try {
    return accept(memorySchema, { ...otherwise, ...(value as object | undefined) }, { code: 'state/damaged', details: {} });
  } catch (error) {
    if (hasCode(error, 'state/damaged')) return otherwise;
    throw error;
  }
}
