import { noteCall, takeFault, type World } from '../world.ts';
import { consoleText, type Tool } from './tool.ts';

/** As vssadmin prints it; the words are those of a German host when the world is one. */
export const vssadmin: Tool = async (world, { parameters }) => {
  if (parameters.join(' ') !== 'list writers') return { code: 2, output: Buffer.from('usage\r\n') };
  if (world.options.elevated === false) return { code: 1, output: Buffer.from('(0x80070005)\r\n') };
  const state = writerState(world);
  const german = world.options.locale === 'de';
  const head = german
    ? ['vssadmin 1.1 - Verwaltungsbefehlszeilenprogramm des Volumeschattenkopie-Dienstes', '']
    : ['vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool', ''];
  const system = writer(german, 'System Writer', 'e8132975-6f93-4464-a53e-1050253ae220', 1);
  const mine = writer(german, 'Microsoft Hyper-V VSS Writer', '66841cd4-6ded-4f4b-8f17-fd23f8ddc3de', state ?? 0);
  const last = writer(german, 'WMI Writer', 'a6ad56c2-b509-4e6c-bb19-49d8f43532f0', 1);
  return { code: 0, output: consoleText([...head, ...system, ...(state === null ? [] : mine), ...last]) };
};

/** VSS_WRITER_STATE, or null where the writer is missing: on clients, and when the management service is stopped. */
function writerState(world: World): number | null {
  noteCall(world, 'writers');
  const fault = takeFault(world, 'writers');
  if (world.options.edition === 'client' || world.options.managementRuns === false || fault === 'writer-missing') return null;
  if (fault === 'shadow-busy') return 5;
  return fault === undefined ? 1 : 8;
}

function writer(german: boolean, name: string, id: string, state: number): readonly string[] {
  const words = german
    ? [
        'Verfassername',
        'Verfasserkennung',
        'Verfasserinstanzkennung',
        'Status',
        'Stabil',
        'Letzter Fehler: Kein Fehler für diesen Verfasser',
      ]
    : ['Writer name', 'Writer Id', 'Writer Instance Id', 'State', 'Stable', 'Last error: No error'];
  return [
    `${words[0]}: '${name}'`,
    `   ${words[1]}: {${id}}`,
    `   ${words[2]}: {11111111-2222-3333-4444-555555555555}`,
    `   ${words[3]}: [${state}] ${words[4]}`,
    `   ${words[5]}`,
    '',
  ];
}
