/** Repair and removal of one that is there. */
import { button, cancel, cover, shield, usual, wizard, type Dialog } from './controls.ts';

export const maintenance: Dialog = {
  name: 'MaintenanceDlg',
  attributes: wizard,
  enter: 'Repair',
  escape: 'Cancel',
  controls: [
    ...cover(
      'Hostkeep [ProductVersion] is installed',
      'Repair puts back what was changed or lost. Remove takes the program away; jobs, restore points and repositories stay where they are.',
    ),
    button(
      {
        name: 'Repair',
        says: 'Re&pair',
        attributes: usual | shield,
        does: [
          ['[SETUPMODE]', 'repair'],
          ['ReinstallMode', 'ecmus'],
          ['Reinstall', 'ALL'],
          ['EndDialog', 'Return'],
        ],
      },
      [180, 243],
    ),
    button(
      {
        name: 'Remove',
        says: '&Remove',
        attributes: usual | shield,
        does: [
          ['[SETUPMODE]', 'remove'],
          ['Remove', 'ALL'],
          ['EndDialog', 'Return'],
        ],
      },
      [236, 243],
    ),
    cancel,
  ],
};
