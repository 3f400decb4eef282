/** What stands in its way. */
import { asking, below, button, errorDialog, page, sunken, text, usual, wizard, type Dialog } from './controls.ts';

export const filesInUse: Dialog = {
  name: 'FilesInUse',
  attributes: wizard,
  enter: 'Retry',
  escape: 'Exit',
  controls: [
    ...page('Files are in use', 'End these programs, then try again; a backup that runs is best waited for.'),
    {
      name: 'Programs',
      type: 'ListBox',
      at: [20, 60, 330, 165],
      attributes: usual | sunken,
      property: 'FileInUseProcess',
      text: '',
      stop: true,
    },
    below('Back', { name: 'Ignore', says: '&Ignore', does: [['EndDialog', 'Ignore']] }),
    below('Next', { name: 'Retry', says: '&Retry', does: [['EndDialog', 'Retry']] }),
    below('Cancel', { name: 'Exit', says: 'Cancel', does: [['EndDialog', 'Exit']] }),
  ],
};

const errorButtons = {
  A: ['ErrorAbort', 'Abort'],
  C: ['ErrorCancel', 'Cancel'],
  I: ['ErrorIgnore', '&Ignore'],
  N: ['ErrorNo', '&No'],
  O: ['ErrorOk', 'OK'],
  R: ['ErrorRetry', '&Retry'],
  Y: ['ErrorYes', '&Yes'],
} as const;

export const error: Dialog = {
  name: 'ErrorDlg',
  size: [270, 105],
  attributes: asking | errorDialog,
  enter: 'ErrorText',
  escape: 'ErrorText',
  controls: [
    { ...text('ErrorText', [20, 12, 230, 60], ''), stop: true },
    // Windows Installer shows those that the error allows, at places of its own.
    ...(['Y', 'A', 'C', 'I', 'N', 'O', 'R'] as const).map((letter) => {
      const [event, says] = errorButtons[letter];
      return button({ name: letter, says, does: [['EndDialog', event]] }, [100, 80]);
    }),
  ],
};
