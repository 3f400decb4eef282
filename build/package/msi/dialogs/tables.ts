/** The dialogues as rows of the installer's tables. */
import type { Table } from '../table.ts';
import type { Control, Dialog } from './controls.ts';

const title = '[ProductName] Setup';

/** `desktop`: there is something that can start with Windows. */
export function dialogTables(all: readonly Dialog[], desktop: boolean): readonly Table[] {
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
