/** What the dialogues are made of. Sizes are dialogue units; attributes are those of Windows Installer. */

export const shown = 1;
const enabled = 2;
export const usual = shown | enabled;
const transparent = 0x10000;
const noPrefix = 0x20000;
const label = usual | transparent | noPrefix;
export const sunken = 4;
export const progress95 = 0x10000;
export const shield = 0x800000;
/** Visible, modal, can be minimised, tells of a lack of space. */
export const wizard = 1 | 2 | 4 | 32;
export const modeless = 1 | 4 | 32;
export const asking = 1 | 2;
export const errorDialog = 0x10000;

export interface Control {
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

export interface Dialog {
  readonly name: string;
  readonly size?: readonly [width: number, height: number];
  readonly attributes: number;
  readonly controls: readonly Control[];
  readonly enter: string;
  readonly escape: string;
}

export const text = (name: string, at: Control['at'], says: string): Control => ({
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

export const button = (
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
export const below = (place: keyof typeof places, of: Button): Control => button(of, [places[place], 243]);
export const cancel = below('Cancel', { name: 'Cancel', says: 'Cancel', does: [['SpawnDialog', 'CancelDlg']] });

/** With the stripe at the left. */
export const cover = (heading: string, says: string): readonly Control[] => [
  picture('Dialog', [0, 0, 370, 234]),
  line(234),
  text('Heading', [135, 20, 220, 40], `{\\Big}${heading}`),
  text('Says', [135, 66, 220, 140], says),
];

/** With the banner above. */
export const page = (heading: string, says: string): readonly Control[] => [
  picture('Banner', [0, 0, 370, 44]),
  line(44),
  line(234),
  text('Heading', [15, 7, 280, 15], `{\\Bold}${heading}`),
  text('Says', [25, 23, 280, 18], says),
];

export const finish = below('Next', { name: 'Finish', says: '&Finish', does: [['EndDialog', 'Return']] });
