/** What pages may not do: leave our origin, open windows, embed others, ask for the computer's senses. Holds for every page there ever is. */
import { app, session, type Session, type WebContents } from 'electron';
import { isOurs } from './origin.ts';

export function refuseForeignContent(): void {
  app.on('web-contents-created', (_event, contents) => guard(contents));
  app.on('session-created', guardSession);
}

function guard(contents: WebContents): void {
  contents.on('will-frame-navigate', (details) => {
    // The page moves by its fragment alone; whatever else wants to navigate is not ours.
    if (!isOurs(details.url) || !details.isMainFrame) details.preventDefault();
  });
  contents.on('will-redirect', (details) => {
    if (!isOurs(details.url)) details.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Copying a run's id or a command is all that our pages need. */
const allowed = new Set(['clipboard-sanitized-write']);

function guardSession(one: Session): void {
  one.setPermissionRequestHandler((contents, permission, decide) => decide(allowed.has(permission) && isOurs(contents.getURL())));
  one.setPermissionCheckHandler((_contents, permission, origin) => allowed.has(permission) && isOurs(origin));
  one.setDevicePermissionHandler(() => false);
  one.setDisplayMediaRequestHandler(null);
  one.setUSBProtectedClassesHandler(({ protectedClasses }) => [...protectedClasses]);
}

/** The default session exists before anybody can listen for it. */
export function guardDefaultSession(): void {
  guardSession(session.defaultSession);
}
