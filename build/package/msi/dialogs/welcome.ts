/** The first installation: what it is, where to, settings. */
import { below, cancel, cover, page, shield, sunken, text, usual, wizard, type Control, type Dialog } from './controls.ts';

export const welcome: Dialog = {
  name: 'WelcomeDlg',
  attributes: wizard,
  enter: 'Next',
  escape: 'Cancel',
  controls: [
    ...cover(
      'Hostkeep [ProductVersion]',
      'Hostkeep backs up the virtual machines of this computer, or of others, from the host. Setup installs it for everybody on this computer. A version that is there already is replaced, and keeps its settings.',
    ),
    below('Next', { name: 'Next', says: '&Next', does: [['NewDialog', 'SettingsDlg']] }),
    cancel,
  ],
};

/** `desktop`: there is something that can start with Windows. */
export const settings = (desktop: boolean): Dialog => ({
  name: 'SettingsDlg',
  attributes: wizard,
  enter: 'Install',
  escape: 'Cancel',
  controls: settingsControls(desktop),
});

function settingsControls(desktop: boolean): readonly Control[] {
  const field = (name: string, y: number, says: string, of: Pick<Control, 'type' | 'property'>): readonly Control[] => [
    text(`${name}Label`, [20, y, 330, 10], says),
    { name, at: [20, y + 11, 330, 16], attributes: usual | sunken, text: '', stop: true, ...of },
  ];
  const box = (name: string, y: number, property: string, says: string): Control => ({
    name,
    type: 'CheckBox',
    at: [20, y, 330, 15],
    attributes: usual,
    property,
    text: says,
    stop: true,
  });
  return [
    ...page('Settings', 'What is to be backed up is said in Hostkeep itself.'),
    ...field('Folder', 56, '&Folder of the program:', { type: 'PathEdit', property: 'INSTALLDIR' }),
    ...field('Repository', 94, '&Repository of commands that name none (may be empty):', {
      type: 'Edit',
      property: 'REPOSITORY',
    }),
    box('Updates', 136, 'UPDATES', 'Do not look for &new versions'),
    ...(desktop ? [box('Autostart', 156, 'AUTOSTART', '&Start with Windows, minimised, for everybody')] : []),
    below('Back', { name: 'Back', says: '&Back', does: [['NewDialog', 'WelcomeDlg']] }),
    below('Next', {
      name: 'Install',
      says: '&Install',
      attributes: usual | shield,
      does: [
        ['SetTargetPath', 'INSTALLDIR'],
        ['EndDialog', 'Return'],
      ],
    }),
    cancel,
  ];
}
