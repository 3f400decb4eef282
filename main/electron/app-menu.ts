import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { SayShell } from './shell-texts.ts';

export interface AppMenuActs {
  open(path: string): void;
  close(): void;
  quit(): void;
  showLogs(): void;
}

/** Standard roles, so that the system's own shortcuts work. Developer tools only where the app is not packaged. */
export function setAppMenu(say: SayShell, acts: AppMenuActs): void {
  const template: MenuItemConstructorOptions[] = [
    {
      label: say('menu.file'),
      submenu: [
        { label: say('menu.protect'), accelerator: 'CmdOrCtrl+N', click: () => acts.open('/protect') },
        { label: say('menu.restore'), accelerator: 'CmdOrCtrl+R', click: () => acts.open('/restore') },
        { label: say('menu.settings'), accelerator: 'CmdOrCtrl+,', click: () => acts.open('/settings') },
        { type: 'separator' },
        { label: say('menu.close'), accelerator: 'CmdOrCtrl+W', click: acts.close },
        { label: say('menu.quit'), accelerator: 'CmdOrCtrl+Q', click: acts.quit },
      ],
    },
    {
      label: say('menu.edit'),
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: say('menu.view'),
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
      ],
    },
    { label: say('menu.help'), submenu: [{ label: say('menu.logs'), click: acts.showLogs }] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
