import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'electron';
import { closeChromium } from './cdp.ts';
import { registry } from './registry.ts';

let folder = '';
let ready = false;

export function setAppFolder(path: string): void {
  folder = path;
}

export function isAppReady(): boolean {
  return ready;
}

/** Ready comes after the entry module has run, as in Electron. */
export function becomeReady(): void {
  setImmediate(() => {
    ready = true;
    app.emit('ready', {}, {});
  });
}

function userData(): string {
  const given = process.argv.find((one) => one.startsWith('--user-data-dir='))?.slice('--user-data-dir='.length);
  const path = given ?? join(process.env['HOME'] ?? '/tmp', '.hostkeep-stand-in');
  mkdirSync(path, { recursive: true });
  return path;
}

class StandInApp extends EventEmitter {
  readonly isPackaged = false;
  #quitting = false;
  #lock: NodeJS.Timeout | undefined;

  whenReady(): Promise<void> {
    return ready ? Promise.resolve() : new Promise((resolve) => this.once('ready', () => resolve()));
  }

  isReady(): boolean {
    return ready;
  }

  getAppPath(): string {
    return folder;
  }

  getVersion(): string {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string }).version;
  }

  getLocale(): string {
    return process.env['STAND_IN_LOCALE'] ?? 'en-GB';
  }

  getPath(name: Parameters<App['getPath']>[0]): string {
    return name === 'userData' ? userData() : join(userData(), name);
  }

  setAppUserModelId(id: string): void {
    registry.calls.push({ name: 'app.setAppUserModelId', given: id });
  }

  setLoginItemSettings(given: Electron.Settings): void {
    registry.calls.push({ name: 'app.setLoginItemSettings', given });
  }

  /** A file names the living holder; whoever comes later leaves a note beside it and goes. */
  requestSingleInstanceLock(): boolean {
    const place = join(userData(), 'instance');
    mkdirSync(place, { recursive: true });
    const holder = join(place, 'holder');
    if (existsSync(holder) && isAlive(Number(readFileSync(holder, 'utf8')))) {
      writeFileSync(join(place, `note-${process.pid}`), JSON.stringify(process.argv));
      return false;
    }
    writeFileSync(holder, String(process.pid));
    this.#lock = setInterval(() => {
      for (const note of readdirSync(place).filter((name) => name.startsWith('note-'))) {
        const argv = JSON.parse(readFileSync(join(place, note), 'utf8')) as string[];
        rmSync(join(place, note));
        this.emit('second-instance', {}, argv, process.cwd(), null);
      }
    }, 50);
    return true;
  }

  quit(): void {
    if (this.#quitting || !this.#allowed('before-quit')) return;
    this.#quitting = true;
    for (const window of registry.windows.toReversed()) window.close();
    if (registry.windows.length > 0) {
      this.#quitting = false;
      return;
    }
    this.exit(0);
  }

  exit(code = 0): void {
    this.emit('will-quit', preventable());
    clearInterval(this.#lock);
    void closeChromium().finally(() => process.exit(code));
  }

  #allowed(event: string): boolean {
    const given = preventable();
    this.emit(event, given);
    return !given.defaultPrevented;
  }
}

export interface Preventable {
  defaultPrevented: boolean;
  preventDefault(): void;
}

export function preventable<More extends object>(more?: More): Preventable & More {
  const event = {
    ...(more as More),
    defaultPrevented: false,
    preventDefault(): void {
      event.defaultPrevented = true;
    },
  };
  return event;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export type { StandInApp };
export const app = new StandInApp();
