import { app } from 'electron';

const mark = '--minimised';

/** Whether the system started it: then it stays in the notification area until it is wanted. */
export function startsMinimised(argv: readonly string[]): boolean {
  return argv.includes(mark);
}

/** With Windows, minimised. Elsewhere the packages of the system would have to do it. */
export function startWithSystem(wanted: boolean): void {
  if (process.platform !== 'win32' && process.platform !== 'darwin') return;
  app.setLoginItemSettings({ openAtLogin: wanted, args: [mark] });
}
