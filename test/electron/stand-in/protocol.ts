import type { CustomScheme } from 'electron';
import { isAppReady } from './app.ts';

type Handler = (request: Request) => Response | Promise<Response>;

export const handlers = new Map<string, Handler>();

export const protocol = {
  registerSchemesAsPrivileged(_schemes: CustomScheme[]): void {
    if (isAppReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
  },
  handle(scheme: string, handler: Handler): void {
    handlers.set(scheme, handler);
  },
};
