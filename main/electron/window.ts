/** The one window: made when it is first wanted, hidden when it is closed. */
import { BrowserWindow, screen } from 'electron';
import { fileURLToPath } from 'node:url';
import { addressOf } from './origin.ts';
import type { Preferences } from './preferences.ts';
import { placeFor, smallest } from './window-place.ts';

export interface MainWindow {
  /** Brings it to the front, on that page if one is given. */
  show(path?: string): void;
  hide(): void;
  isInFront(): boolean;
  /** Whether it is closed for good by the next close. */
  letClose(): void;
  /** Null while there is none. */
  current(): BrowserWindow | null;
}

export interface MainWindowOptions {
  readonly preferences: Preferences;
  /** Somebody closed it; true when it is only to be hidden. */
  onClose(): boolean;
  onFocus(): void;
}

const preload = fileURLToPath(new URL('preload.cjs', import.meta.url));

export function mainWindow({ preferences, onClose, onFocus }: MainWindowOptions): MainWindow {
  let window: BrowserWindow | null = null;
  let closing = false;
  const make = (): BrowserWindow => {
    const { place } = preferences.get();
    const made = new BrowserWindow({
      ...placeFor(
        place,
        screen.getAllDisplays().map((display) => display.workArea),
      ),
      minWidth: smallest.width,
      minHeight: smallest.height,
      title: 'Hostkeep',
      show: false,
      webPreferences: {
        preload,
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
      },
    });
    if (place?.maximised === true) made.maximize();
    made.on('close', (event) => {
      preferences.set({ place: { ...made.getNormalBounds(), maximised: made.isMaximized() } });
      if (closing || !onClose()) return;
      event.preventDefault();
      made.hide();
    });
    made.on('closed', () => (window = null));
    made.on('focus', onFocus);
    return made;
  };
  return {
    show(path) {
      const isNew = window === null;
      const shown = (window ??= make());
      if (isNew || path !== undefined) void shown.loadURL(addressOf(path ?? '/'));
      if (shown.isMinimized()) shown.restore();
      shown.show();
      shown.focus();
    },
    hide: () => window?.hide(),
    isInFront: () => window?.isVisible() === true && window.isFocused(),
    letClose: () => (closing = true),
    current: () => window,
  };
}
