/**
 * The dialogues of the installer: where to, settings, progress, the end; repair and removal for one that is there. They ask for what `/qn`
 * takes as properties and for nothing else.
 */
import { remembered } from '../wxs.ts';
import type { Dialog } from './controls.ts';
import { cancelled, done, failed } from './ends.ts';
import { maintenance } from './maintenance.ts';
import { error, filesInUse } from './obstacles.ts';
import { cancelling, progress } from './progress.ts';
import { settings, welcome } from './welcome.ts';

/** `desktop`: there is something that can start with Windows. */
export function dialogs(desktop: boolean): readonly Dialog[] {
  return [welcome, settings(desktop), maintenance, progress, done(desktop), cancelled, failed, cancelling, filesInUse, error];
}

/** When each is shown, and what must be known before the first. */
export const uiSequence: readonly (readonly [action: string, sequence: number, condition?: string])[] = [
  ['FatalErrorDlg', -3],
  ['UserExitDlg', -2],
  ['ExitDlg', -1],
  ['FindRelatedProducts', 25],
  ['AppSearch', 50],
  ...remembered.map(({ property }, at) => [`Keep${property}`, 60 + at, `NOT ${property} AND OLD${property}`] as const),
  ['LaunchConditions', 100],
  ['WelcomeDlg', 1230, 'NOT Installed'],
  ['MaintenanceDlg', 1240, 'Installed AND NOT RESUME AND NOT Preselected'],
  ['ProgressDlg', 1280],
];

/** Of the table Property. */
export const uiProperties: readonly (readonly [name: string, value: string])[] = [
  ['DefaultUIFont', 'Usual'],
  ['ErrorDialog', 'ErrorDlg'],
  ['SETUPMODE', 'install'],
];
