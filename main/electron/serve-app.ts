/** The renderer and the request handler on a scheme of our own: no port, no file:// pages. */
import { protocol } from 'electron';
import { appScheme } from './origin.ts';

export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export function serveApp(handle: (request: Request) => Promise<Response>): void {
  protocol.handle(appScheme, (request) => handle(request));
}
