import { app, dialog } from 'electron';
import { asHostkeepError } from '#contract';
import { logFailure } from './crash-log.ts';

/** That the shell could not start is told by the system: there is neither a window nor an icon to tell it. */
export function tellStartFailure(thrown: unknown): void {
  logFailure('the shell could not start', thrown);
  const { message, remedy } = asHostkeepError(thrown);
  dialog.showErrorBox('Hostkeep', `${message}\n\n${remedy}`);
  app.exit(1);
}
