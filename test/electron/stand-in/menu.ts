import type { MenuItemConstructorOptions } from 'electron';

export interface StandInMenuItem {
  readonly label: string;
  readonly role: string | undefined;
  readonly enabled: boolean;
  readonly accelerator: string | undefined;
  readonly submenu: StandInMenu | undefined;
  click(): void;
}

export class StandInMenu {
  readonly items: readonly StandInMenuItem[];
  static application: StandInMenu | null = null;

  constructor(items: readonly StandInMenuItem[] = []) {
    this.items = items;
  }

  static buildFromTemplate(template: readonly MenuItemConstructorOptions[]): StandInMenu {
    return new StandInMenu(
      template.map((given) => ({
        label: given.label ?? '',
        role: given.role,
        enabled: given.enabled ?? true,
        accelerator: given.accelerator,
        submenu: Array.isArray(given.submenu) ? StandInMenu.buildFromTemplate(given.submenu) : undefined,
        click: () => given.click?.(undefined as never, undefined, undefined as never),
      })),
    );
  }

  static setApplicationMenu(menu: StandInMenu | null): void {
    StandInMenu.application = menu;
  }

  static getApplicationMenu(): StandInMenu | null {
    return StandInMenu.application;
  }
}
