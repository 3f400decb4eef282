/**
 * What the page of a desktop window may ask of the shell around it. The page never meets Electron: it sees `Desktop`, a handful of
 * functions that the preload script puts there, and the shell checks every request like those of the request handler.
 */
import { boolean, maxLength, nullable, optional, picklist, pipe, regex, strictObject, string, type InferOutput } from 'valibot';
import { text } from '../schema-parts.ts';
import type { ErrorView } from './views.ts';

export const noticeWishes = ['never', 'problems', 'always'] as const;

const feed = pipe(
  string(),
  maxLength(2048),
  regex(/^https:\/\/[\w.-]+(?::\d{1,5})?(?:\/[^\s@]*)?$/, 'an https address without a password'),
);

export const desktopRequests = {
  pick: strictObject({ what: picklist(['folder', 'file', 'new-file']), start: text(0, 4096) }),
  preferences: strictObject({}),
  setPreferences: strictObject({
    startWithSystem: optional(boolean()),
    closeToTray: optional(boolean()),
    notices: optional(picklist(noticeWishes)),
    updateFeed: optional(nullable(feed)),
  }),
  lookForUpdate: strictObject({}),
  showLogs: strictObject({}),
} as const;

export type DesktopRequest = keyof typeof desktopRequests;
export type PickWish = InferOutput<typeof desktopRequests.pick>;
export type PreferencesChange = InferOutput<typeof desktopRequests.setPreferences>;

/** What the shell remembers for this user of this computer. */
export interface DesktopPreferences {
  readonly startWithSystem: boolean;
  /** Closing the window leaves the shell in the notification area. */
  readonly closeToTray: boolean;
  readonly notices: (typeof noticeWishes)[number];
  /** Where new versions are announced; null: nobody looks. */
  readonly updateFeed: string | null;
}

export type UpdateView =
  | { readonly kind: 'unknown'; readonly why: 'no-feed' | 'unreachable' | 'not-understood' }
  | { readonly kind: 'current'; readonly version: string }
  | { readonly kind: 'newer'; readonly version: string; readonly notes: string };

/** In the page as `hostkeepDesktop`; missing in a browser. */
export interface Desktop {
  /** Null: nothing was picked. */
  pick(wish: PickWish): Promise<string | null>;
  preferences(): Promise<DesktopPreferences>;
  setPreferences(change: PreferencesChange): Promise<DesktopPreferences>;
  lookForUpdate(): Promise<UpdateView>;
  /** Opens the folder of the log files. */
  showLogs(): Promise<null>;
}

/** How the shell's answers cross over: errors as data, with their codes. */
export type DesktopAnswer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorView };

/** The channel of a request. */
export function desktopChannel(request: DesktopRequest): string {
  return `hostkeep:${request}`;
}
