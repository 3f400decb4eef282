/** Permissions as the shell decides them, told to Chromium before a page of ours opens. */
import type { Session } from 'electron';
import { toWeb } from './address.ts';
import type { Cdp } from './cdp.ts';

type Check = NonNullable<Parameters<Session['setPermissionCheckHandler']>[0]>;
type Permission = Parameters<Check>[1];

export class StandInSession {
  #check: Check | null = null;
  readonly asked: string[] = [];

  setPermissionRequestHandler(_handler: Parameters<Session['setPermissionRequestHandler']>[0]): void {
    this.asked.push('requests');
  }

  setPermissionCheckHandler(handler: Check | null): void {
    this.#check = handler;
  }

  setDevicePermissionHandler(_handler: Parameters<Session['setDevicePermissionHandler']>[0]): void {
    this.asked.push('devices');
  }

  setDisplayMediaRequestHandler(_handler: Parameters<Session['setDisplayMediaRequestHandler']>[0]): void {
    this.asked.push('screens');
  }

  setUSBProtectedClassesHandler(_handler: Parameters<Session['setUSBProtectedClassesHandler']>[0]): void {
    this.asked.push('usb');
  }

  /** Electron's name for a permission, and Chromium's. */
  async tell(cdp: Cdp, origin: string): Promise<void> {
    const names: readonly (readonly [Permission, string])[] = [
      ['geolocation', 'geolocation'],
      ['notifications', 'notifications'],
      ['midi', 'midi'],
      ['clipboard-read', 'clipboard-read'],
      ['clipboard-sanitized-write', 'clipboard-write'],
      ['media', 'camera'],
      ['media', 'microphone'],
    ];
    for (const [permission, name] of names) {
      const isGiven = this.#check?.(null, permission, origin, { isMainFrame: true }) ?? true;
      await cdp.send('Browser.setPermission', {
        permission: { name },
        setting: isGiven ? 'granted' : 'denied',
        origin: toWeb(origin),
      });
    }
  }
}

export const session = { defaultSession: new StandInSession() };
