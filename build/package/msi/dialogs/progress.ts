/** While it works. */
import { asking, button, cancel, modeless, page, progress95, shown, text, type Dialog } from './controls.ts';

export const progress: Dialog = {
  name: 'ProgressDlg',
  attributes: modeless,
  enter: 'Cancel',
  escape: 'Cancel',
  controls: [
    ...page('Setup is at work', 'This takes about a minute.'),
    { ...text('Action', [20, 100, 330, 20], ''), hears: [['ActionText', 'Text']] },
    {
      name: 'Bar',
      type: 'ProgressBar',
      at: [20, 124, 330, 10],
      attributes: shown | progress95,
      text: 'Progress',
      hears: [['SetProgress', 'Progress']],
    },
    cancel,
  ],
};

export const cancelling: Dialog = {
  name: 'CancelDlg',
  size: [260, 85],
  attributes: asking,
  enter: 'No',
  escape: 'No',
  controls: [
    text('Says', [20, 15, 220, 30], 'Cancel the setup of [ProductName]?'),
    button({ name: 'No', says: '&No', does: [['EndDialog', 'Return']] }, [132, 57]),
    button({ name: 'Yes', says: '&Yes', does: [['EndDialog', 'Exit']] }, [72, 57]),
  ],
};
