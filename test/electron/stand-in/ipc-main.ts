import { EventEmitter } from 'node:events';

type Handler = (event: object, ...given: readonly unknown[]) => unknown;

const handlers = new Map<string, Handler>();

class StandInIpcMain extends EventEmitter {
  handle(channel: string, handler: Handler): void {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler);
  }

  removeHandler(channel: string): void {
    handlers.delete(channel);
  }
}

export type { StandInIpcMain };
export const ipcMain = new StandInIpcMain();

/** What a page sent reaches its handler. */
export async function deliver(channel: string, event: object, given: readonly unknown[]): Promise<unknown> {
  const handler = handlers.get(channel);
  if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
  return handler(event, ...given);
}
