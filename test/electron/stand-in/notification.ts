import { EventEmitter } from 'node:events';
import type { NotificationConstructorOptions } from 'electron';
import { registry } from './registry.ts';

export class StandInNotification extends EventEmitter {
  readonly title: string;
  readonly body: string;

  constructor({ title = '', body = '' }: NotificationConstructorOptions) {
    super();
    this.title = title;
    this.body = body;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    registry.notices.push(this);
  }
}
