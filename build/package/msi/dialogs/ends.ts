/** How it ended. */
import { cover, finish, text, wizard, type Control, type Dialog } from './controls.ts';

/** It went well. `desktop`: there is a start menu. */
export const done = (desktop: boolean): Dialog => ({
  name: 'ExitDlg',
  attributes: wizard,
  enter: 'Finish',
  escape: 'Finish',
  controls: [
    ...cover(
      'Done',
      `${desktop ? 'Start Hostkeep from the start menu, or' : 'Next,'} open a new command prompt and type: hostkeep help. It tells how to connect a host and to make the first backup.`,
    ).map((control): Control => (control.name === 'Says' ? { ...control, mode: 'install' } : control)),
    { ...text('Repaired', [135, 66, 220, 140], 'What was changed or lost is there again.'), mode: 'repair' },
    {
      ...text('Removed', [135, 66, 220, 140], 'Hostkeep is gone. Jobs, restore points and repositories are where they were.'),
      mode: 'remove',
    },
    finish,
  ],
});

export const cancelled: Dialog = {
  name: 'UserExitDlg',
  attributes: wizard,
  enter: 'Finish',
  escape: 'Finish',
  controls: [...cover('Setup was cancelled', 'Nothing was changed.'), finish],
};

export const failed: Dialog = {
  name: 'FatalErrorDlg',
  attributes: wizard,
  enter: 'Finish',
  escape: 'Finish',
  controls: [
    ...cover(
      'Setup could not be finished',
      'This computer is as it was. To see why, run in a command prompt of an administrator: msiexec /i with the name of this file and /l*v setup.log.',
    ),
    finish,
  ],
};
