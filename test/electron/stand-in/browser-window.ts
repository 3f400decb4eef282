import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { app, preventable } from './app.ts';
import { registry } from './registry.ts';
import { StandInWebContents } from './web-contents.ts';

export class StandInWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: StandInWebContents;
  #bounds: Rectangle;
  #visible: boolean;
  #focused = false;
  #maximised = false;
  #minimised = false;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    const { x = 100, y = 80, width = 800, height = 600, show = true } = options;
    this.options = options;
    this.#bounds = { x, y, width, height };
    this.#visible = show;
    registry.windows.push(this);
    this.webContents = new StandInWebContents(options.webPreferences?.preload);
  }

  static getAllWindows(): StandInWindow[] {
    return [...registry.windows];
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  show(): void {
    this.#visible = true;
    this.emit('show');
  }

  hide(): void {
    this.#visible = false;
    this.blur();
    this.emit('hide');
  }

  focus(): void {
    this.#focused = true;
    this.emit('focus');
  }

  blur(): void {
    this.#focused = false;
    this.emit('blur');
  }

  isVisible(): boolean {
    return this.#visible;
  }

  isFocused(): boolean {
    return this.#focused;
  }

  maximize(): void {
    this.#maximised = true;
  }

  isMaximized(): boolean {
    return this.#maximised;
  }

  minimize(): void {
    this.#minimised = true;
    this.blur();
  }

  isMinimized(): boolean {
    return this.#minimised;
  }

  restore(): void {
    this.#minimised = false;
  }

  getNormalBounds(): Rectangle {
    return this.#bounds;
  }

  setBounds(bounds: Partial<Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
  }

  close(): void {
    const event = preventable();
    this.emit('close', event);
    if (event.defaultPrevented) return;
    registry.windows.splice(registry.windows.indexOf(this), 1);
    void this.webContents.destroy();
    this.emit('closed');
    if (registry.windows.length === 0) app.emit('window-all-closed');
  }
}
