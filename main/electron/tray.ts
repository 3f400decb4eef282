/** The icon in the notification area: how things stand, and the way back in. */
import { Menu, nativeImage, Tray } from 'electron';
import { fileURLToPath } from 'node:url';
import type { SayShell } from './shell-texts.ts';
import type { Standing } from './standing.ts';

export interface ShellTray {
  show(standing: Standing, update: string | null): void;
}

export interface TrayActs {
  open(path?: string): void;
  quit(): void;
}

const iconOf = (kind: Standing['kind']): string => fileURLToPath(new URL(`../../assets/icons/tray-${kind}.png`, import.meta.url));

export function shellTray(say: () => SayShell, acts: TrayActs): ShellTray {
  const tray = new Tray(nativeImage.createFromPath(iconOf('well')));
  tray.on('click', () => acts.open());
  tray.on('double-click', () => acts.open());
  let shown = '';
  return {
    show(standing, update) {
      // Setting an icon again flickers on some systems.
      const next = JSON.stringify([standing, update, say()('menu.open')]);
      if (next === shown) return;
      shown = next;
      tray.setImage(nativeImage.createFromPath(iconOf(standing.kind)));
      tray.setToolTip(standingText(say(), standing));
      tray.setContextMenu(Menu.buildFromTemplate(menuOf(say(), { standing, update }, acts)));
    },
  };
}

function menuOf(
  say: SayShell,
  { standing, update }: { readonly standing: Standing; readonly update: string | null },
  acts: TrayActs,
): Electron.MenuItemConstructorOptions[] {
  return [
    { label: standingText(say, standing), enabled: standing.kind !== 'well', click: () => acts.open('/') },
    { type: 'separator' },
    { label: say('menu.open'), click: () => acts.open() },
    { label: say('menu.protect'), click: () => acts.open('/protect') },
    { label: say('menu.restore'), click: () => acts.open('/restore') },
    { label: say('menu.runs'), click: () => acts.open('/runs') },
    ...(update === null ? [] : [{ label: say('menu.update', { version: update }), click: () => acts.open('/settings') }]),
    { type: 'separator' },
    { label: say('menu.quit'), click: acts.quit },
  ];
}

function standingText(say: SayShell, standing: Standing): string {
  if (standing.kind === 'well') return say('tray.well');
  const percent = standing.share === null ? null : `${Math.floor(standing.share * 100)} %`;
  if (standing.kind === 'running') return percent === null ? say('tray.starting') : say('tray.running', { percent });
  const text = standing.count === 1 ? say('tray.attention.one') : say('tray.attention', { count: standing.count });
  return percent === null ? text : `${text} (${percent})`;
}
