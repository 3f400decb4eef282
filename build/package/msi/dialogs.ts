/**
 * The dialogues of the installer, as rows of its tables: where to, settings, progress, the end; repair and removal for one that is there.
 * They ask for what `/qn` takes as properties and for nothing else. Sizes are dialogue units; attributes are those of Windows Installer.
 */
import { remembered } from './wxs.ts';
import type { Table } from './table.ts';

const shown = 1;
const enabled = 2;
const usual = shown | enabled;
const transparent = 0x10000;
const noPrefix = 0x20000;
const label = usual | transparent | noPrefix;
const sunken = 4;
const progress95 = 0x10000;
const shield = 0x800000;
/** Visible, modal, can be minimised, tells of a lack of space. */
const wizard = 1 | 2 | 4 | 32;
const modeless = 1 | 4 | 32;
const asking = 1 | 2;
const errorDialog = 0x10000;

interface Control {
  readonly name: string;
  readonly type: string;
  readonly at: readonly [x: number, y: number, width: number, height: number];
  readonly attributes: number;
  readonly property?: string;
  readonly text?: string;
  /** What happens when it is pressed, in order: event, argument, condition. */
  readonly does?: readonly (readonly [event: string, argument: string, condition?: string])[];
  /** Whether the keyboard stops at it. */
  readonly stop?: boolean;
  /** Of the setup's mode (`SETUPMODE`) when it is shown; always where nothing is said. */
  readonly mode?: 'install' | 'repair' | 'remove';
  /** What it is told while things go on. */
  readonly hears?: readonly (readonly [event: string, attribute: string])[];
}

interface Dialog {
  readonly name: string;
  readonly size?: readonly [width: number, height: number];
  readonly attributes: number;
  readonly controls: readonly Control[];
  readonly enter: string;
  readonly escape: string;
}

const title = '[ProductName] Setup';

const text = (name: string, at: Control['at'], says: string): Control => ({
  name,
  type: 'Text',
  at,
  attributes: label,
  text: says,
});
const line = (y: number): Control => ({ name: `Line${y}`, type: 'Line', at: [0, y, 370, 0], attributes: shown });
const picture = (name: string, at: Control['at']): Control => ({ name, type: 'Bitmap', at, attributes: shown, text: name });

interface Button {
  readonly name: string;
  readonly says: string;
  readonly does: NonNullable<Control['does']>;
  readonly attributes?: number;
}

const places = { Back: 180, Next: 236, Cancel: 304 } as const;

const button = (
  { name, says, does, attributes = usual }: Button,
  place: readonly [x: number, y: number, width?: number],
): Control => ({
  name,
  type: 'PushButton',
  at: [place[0], place[1], place[2] ?? 56, 17],
  attributes,
  text: says,
  does,
  stop: true,
});
const below = (place: keyof typeof places, of: Button): Control => button(of, [places[place], 243]);
const cancel = below('Cancel', { name: 'Cancel', says: 'Cancel', does: [['SpawnDialog', 'CancelDlg']] });

/** With the stripe at the left. */
const cover = (heading: string, says: string): readonly Control[] => [
  picture('Dialog', [0, 0, 370, 234]),
  line(234),
  text('Heading', [135, 20, 220, 40], `{\\Big}${heading}`),
  text('Says', [135, 66, 220, 140], says),
];

/** With the banner above. */
const page = (heading: string, says: string): readonly Control[] => [
  picture('Banner', [0, 0, 370, 44]),
  line(44),
  line(234),
  text('Heading', [15, 7, 280, 15], `{\\Bold}${heading}`),
  text('Says', [25, 23, 280, 18], says),
];

const finish = below('Next', { name: 'Finish', says: '&Finish', does: [['EndDialog', 'Return']] });

function settings(desktop: boolean): readonly Control[] {
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

function dialogs(desktop: boolean): readonly Dialog[] {
  const start = desktop ? 'Start Hostkeep from the start menu, or' : 'Next,';
  return [
    {
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
    },
    { name: 'SettingsDlg', attributes: wizard, enter: 'Install', escape: 'Cancel', controls: settings(desktop) },
    {
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
    },
    {
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
    },
    {
      name: 'ExitDlg',
      attributes: wizard,
      enter: 'Finish',
      escape: 'Finish',
      controls: [
        ...cover(
          'Done',
          `${start} open a new command prompt and type: hostkeep help. It tells how to connect a host and to make the first backup.`,
        ).map((control): Control => (control.name === 'Says' ? { ...control, mode: 'install' } : control)),
        { ...text('Repaired', [135, 66, 220, 140], 'What was changed or lost is there again.'), mode: 'repair' },
        {
          ...text('Removed', [135, 66, 220, 140], 'Hostkeep is gone. Jobs, restore points and repositories are where they were.'),
          mode: 'remove',
        },
        finish,
      ],
    },
    {
      name: 'UserExitDlg',
      attributes: wizard,
      enter: 'Finish',
      escape: 'Finish',
      controls: [...cover('Setup was cancelled', 'Nothing was changed.'), finish],
    },
    {
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
    },
    {
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
    },
    {
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
    },
    {
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
    },
  ];
}

const errorButtons = {
  A: ['ErrorAbort', 'Abort'],
  C: ['ErrorCancel', 'Cancel'],
  I: ['ErrorIgnore', '&Ignore'],
  N: ['ErrorNo', '&No'],
  O: ['ErrorOk', 'OK'],
  R: ['ErrorRetry', '&Retry'],
  Y: ['ErrorYes', '&Yes'],
} as const;

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

/** `desktop`: there is something that can start with Windows. */
export function dialogTables(desktop: boolean): readonly Table[] {
  const all = dialogs(desktop);
  const controls = all.flatMap((dialog) => dialog.controls.map((control) => ({ dialog: dialog.name, control })));
  return [
    {
      name: 'TextStyle',
      columns: ['TextStyle', 'FaceName', 'Size', 'Color', 'StyleBits'],
      types: ['s72', 's32', 'i2', 'I4', 'I2'],
      keys: ['TextStyle'],
      // Style 1 is bold.
      rows: [
        ['Usual', 'Segoe UI', '9', '', ''],
        ['Bold', 'Segoe UI', '9', '', '1'],
        ['Big', 'Segoe UI', '14', '', '1'],
      ],
    },
    {
      name: 'CheckBox',
      columns: ['Property', 'Value'],
      types: ['s72', 'S64'],
      keys: ['Property'],
      rows: [['UPDATES', 'off'], ...(desktop ? [['AUTOSTART', '1']] : [])],
    },
    {
      name: 'Dialog',
      columns: [
        'Dialog',
        'HCentering',
        'VCentering',
        'Width',
        'Height',
        'Attributes',
        'Title',
        'Control_First',
        'Control_Default',
        'Control_Cancel',
      ],
      types: ['s72', 'i2', 'i2', 'i2', 'i2', 'I4', 'L128', 's50', 'S50', 'S50'],
      keys: ['Dialog'],
      rows: all.map(({ name, size: [width, height] = [370, 270], attributes, controls: of, enter, escape }) => [
        name,
        '50',
        '50',
        String(width),
        String(height),
        String(attributes),
        title,
        of.find((control) => control.stop === true)!.name,
        enter,
        escape,
      ]),
    },
    {
      name: 'Control',
      columns: [
        'Dialog_',
        'Control',
        'Type',
        'X',
        'Y',
        'Width',
        'Height',
        'Attributes',
        'Property',
        'Text',
        'Control_Next',
        'Help',
      ],
      types: ['s72', 's50', 's20', 'i2', 'i2', 'i2', 'i2', 'I4', 'S50', 'L0', 'S50', 'L50'],
      keys: ['Dialog_', 'Control'],
      rows: all.flatMap(controlRows),
    },
    {
      name: 'ControlEvent',
      columns: ['Dialog_', 'Control_', 'Event', 'Argument', 'Condition', 'Ordering'],
      types: ['s72', 's50', 's50', 's255', 'S255', 'I2'],
      keys: ['Dialog_', 'Control_', 'Event', 'Argument', 'Condition'],
      rows: controls.flatMap(({ dialog, control }) =>
        (control.does ?? []).map(([event, argument, condition = '1'], at) => [
          dialog,
          control.name,
          event,
          argument,
          condition,
          String(at + 1),
        ]),
      ),
    },
    {
      name: 'ControlCondition',
      columns: ['Dialog_', 'Control_', 'Action', 'Condition'],
      types: ['s72', 's50', 's50', 's255'],
      keys: ['Dialog_', 'Control_', 'Action', 'Condition'],
      rows: controls.flatMap(({ dialog, control: { name, mode } }) =>
        mode === undefined
          ? []
          : [
              [dialog, name, 'Show', `SETUPMODE="${mode}"`],
              [dialog, name, 'Hide', `SETUPMODE<>"${mode}"`],
            ],
      ),
    },
    {
      name: 'EventMapping',
      columns: ['Dialog_', 'Control_', 'Event', 'Attribute'],
      types: ['s72', 's50', 's50', 's50'],
      keys: ['Dialog_', 'Control_', 'Event'],
      rows: controls.flatMap(({ dialog, control }) =>
        (control.hears ?? []).map(([event, attribute]) => [dialog, control.name, event, attribute]),
      ),
    },
  ];
}

/** The keyboard goes round through all at which it stops. */
function controlRows({ name, controls }: Dialog): readonly (readonly string[])[] {
  const stops = controls.filter((control) => control.stop === true);
  const nextOf = (control: Control): string => {
    const at = stops.indexOf(control);
    return at === -1 || stops.length === 1 ? '' : stops[(at + 1) % stops.length]!.name;
  };
  return controls.map((control) => [
    name,
    control.name,
    control.type,
    ...control.at.map(String),
    String(control.attributes),
    control.property ?? '',
    control.text ?? '',
    nextOf(control),
    '',
  ]);
}
