/** diskshadow.exe in script mode: the commands that Hostkeep uses, in the order that the real one demands; anything else is refused. */
import { access, open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { labVms } from '../../../../main/lab/vms.ts';
import { completeVss, exposeShadow, shadowVolume } from '../cim/shadow-copies.ts';
import { volumeOf, volumeOfFile } from '../cmdlets.ts';
import { configurationFolder } from '../configuration.ts';
import { happen } from '../happenings.ts';
import { noteCall, reboot, takeFault, type FaultName, type World } from '../world.ts';
import { runBatch } from './batch.ts';
import type { Tool, ToolRun } from './tool.ts';

const results: Partial<Record<FaultName, string>> = {
  'shadow-busy': '80042316',
  'provider-failed': '80042306',
  'out-of-space': '8004231f',
  'vss-failed': '800423f4',
  'vss-retryable': '800423f3',
  denied: '80070005',
};
const hyperVWriter = '66841cd4-6ded-4f4b-8f17-fd23f8ddc3de';

interface Requester {
  readonly world: World;
  readonly run: ToolRun;
  readonly log: FileHandle;
  context: '' | 'persistent' | 'volatile' | 'clientaccessible';
  writers: boolean;
  backup: boolean;
  created: boolean;
  readonly aliases: Map<string, { readonly volume: string; id: string | null }>;
}

const pollMs = 2;

class Refusal extends Error {}
class Death extends Error {}

type Command = readonly [RegExp, (requester: Requester, found: RegExpExecArray) => Promise<void>];

const commands: readonly Command[] = [
  [/^set context (persistent|volatile|clientaccessible)( nowriters)?$/, setContext],
  [
    /^set metadata "(.+)"$/,
    async (_, found) => demand(await exists(dirname(found[1]!)), 'the folder of the metadata is missing'),
  ],
  [/^set verbose on$/, async () => undefined],
  [/^begin backup$/, beginBackup],
  [/^add volume (\S.*) alias (\w+)$/, addVolume],
  [/^writer verify \{([0-9a-fA-F-]{36})\}$/, verifyWriter],
  [/^create$/, create],
  [/^expose %(\w+)% "(.+)"$/, expose],
  [/^exec "(.+)"$/, async ({ run }, found) => demand((await runBatch(found[1]!, run.signal)) === 0, 'the command failed')],
  [/^end backup$/, endBackup],
];

export const diskshadow: Tool = async (world, run) => {
  const { options } = world;
  if (options.edition === 'client') return { code: 9009, output: Buffer.alloc(0) };
  if (options.elevated === false) return { code: 5, output: Buffer.from('(0x80070005)\r\n') };
  const [script, logPath] = [argument(run, '/s'), argument(run, '/l')];
  if (script === undefined || logPath === undefined) return { code: 1, output: Buffer.from('usage\r\n') };
  const log = await open(logPath, 'w');
  const requester: Requester = {
    world,
    run,
    log,
    context: '',
    writers: true,
    backup: false,
    created: false,
    aliases: new Map(),
  };
  try {
    for (const raw of (await readFile(script, 'utf8')).split(/\r?\n/)) {
      if (raw.trim() !== '') await obey(requester, raw.trim());
      if (run.signal.aborted) return { code: 1, output: Buffer.alloc(0) };
    }
    return { code: 0, output: Buffer.alloc(0) };
  } catch (error) {
    if (error instanceof Death) return { code: 1, output: Buffer.alloc(0) };
    if (!(error instanceof Refusal)) throw error;
    await say(requester, error.message);
    return { code: options.diskshadowFailsWith ?? 1, output: Buffer.alloc(0) };
  } finally {
    await log.close();
  }
};

async function obey(requester: Requester, line: string): Promise<void> {
  await say(requester, `-> ${line}`);
  for (const [pattern, act] of commands) {
    const found = pattern.exec(line);
    if (found !== null) return act(requester, found);
  }
  throw new Refusal(`unknown command: ${line}`);
}

const german: readonly (readonly [string, string])[] = [
  ['Alias', 'Der Alias'],
  ['COM call failed', 'Fehler bei einem COM-Aufruf'],
  ['The last operation failed', 'Fehler beim letzten Vorgang'],
  ['Returned HRESULT', 'Zurückgegebenes HRESULT'],
  ['Error text', 'Fehlertext'],
  ['Including writer', 'Verfasser wird einbezogen:'],
  ['Adding component', 'Komponente wird hinzugefügt'],
  ['Component', 'Die Komponente'],
  ['from writer', 'des Verfassers'],
  ['is excluded from backup', 'wird nicht gesichert'],
];

/** The words are those of the host's language; only numbers, ids and signs may be read from them. */
async function say({ log, world }: Requester, text: string): Promise<void> {
  const told = world.options.locale === 'de' ? german.reduce((line, [from, to]) => line.replaceAll(from, to), text) : text;
  await log.appendFile(`${told.replaceAll('\n', '\r\n')}\r\n`);
}

async function setContext(requester: Requester, found: RegExpExecArray): Promise<void> {
  demand(!requester.created && requester.aliases.size === 0, 'the context comes first');
  requester.context = found[1] as Requester['context'];
  requester.writers = found[2] === undefined && requester.context !== 'clientaccessible';
}

async function beginBackup(requester: Requester): Promise<void> {
  demand(requester.context !== '' && !requester.backup && !requester.created, 'begin backup: not now');
  requester.backup = true;
}

async function addVolume({ aliases, context, created, world }: Requester, found: RegExpExecArray): Promise<void> {
  demand(context !== '' && !created && !aliases.has(found[2]!), 'add volume: not now');
  strike(world, 'shadow-add');
  aliases.set(found[2]!, { volume: found[1]!, id: null });
}

async function verifyWriter({ aliases, created, world, writers }: Requester, found: RegExpExecArray): Promise<void> {
  demand(writers && !created && aliases.size > 0, 'writer verify: not now');
  strike(world, 'shadow-verify');
  demand(found[1]!.toLowerCase() === hyperVWriter && world.options.edition !== 'client', 'the writer is not included');
}

async function create(requester: Requester): Promise<void> {
  const { aliases, world } = requester;
  demand(!requester.created && aliases.size > 0, 'create: nothing to create');
  await takeVms(requester);
  for (const [alias, shadow] of aliases) {
    if (takeFault(world, 'shadow-create', 'slow') !== undefined) await killed(requester.run.signal);
    const dies = takeFault(world, 'shadow-create', 'requester-dies') !== undefined;
    const lost = takeFault(world, 'shadow-create', 'checkpoint-stays') !== undefined;
    strike(world, 'shadow-create');
    shadow.id = await shadowVolume(world, { volume: shadow.volume, place: join(world.options.home, 'shadows') });
    if (dies) throw new Death();
    // A provider that takes its copy back: it was announced, and it is not there.
    if (lost) world.shadows = world.shadows.filter((one) => one.id !== shadow.id);
    await say(requester, `Alias ${alias} for shadow ID {${shadow.id}} set as environment variable.`);
  }
  requester.created = true;
}

/** The writer's components, one a VM: what needs a volume outside the set is left out, and only the log says so. */
async function takeVms(requester: Requester): Promise<void> {
  const { aliases, run, world } = requester;
  const taken = new Set([...aliases.values()].map(({ volume }) => volume));
  const forgets = takeFault(world, 'shadow-create', 'vm-left-out') !== undefined;
  await say(requester, '\n* Including writer "Microsoft Hyper-V VSS Writer":');
  for (const vm of labVms.filter(({ id }) => !world.gone.has(id))) {
    const id = vm.id.toUpperCase();
    const whole = taken.has(volumeOf(world)) && taken.has(volumeOfFile(world, configurationFolder(world, vm)));
    const left = `Component "\\${id}" from writer "Microsoft Hyper-V VSS Writer" is excluded from backup`;
    await say(requester, whole && !forgets ? `\t+ Adding component: \\${id}` : left);
  }
  if (takeFault(world, 'shadow-create', 'vm-saved') !== undefined) await saveVms(world, run.signal);
}

/** Long enough for whoever looks: until a VM has been asked for. */
async function saveVms(world: World, signal: AbortSignal): Promise<void> {
  for (const { id } of labVms) world.vmState.set(id, { ...world.vmState.get(id), state: 'Saved' });
  const asked = (): number => world.calls.filter((call) => call === 'Get-VM').length;
  const before = asked();
  while (!signal.aborted && asked() === before) await sleep(pollMs);
  for (const { id } of labVms) world.vmState.set(id, { ...world.vmState.get(id), state: 'Running' });
}

async function expose({ aliases, created, world }: Requester, found: RegExpExecArray): Promise<void> {
  const id = aliases.get(found[1]!)?.id ?? null;
  demand(created && id !== null, `expose: no %${found[1]!}%`);
  demand(await exists(found[2]!), 'expose: the folder is missing');
  strike(world, 'shadow-expose');
  if (world.shadows.some((one) => one.id === id)) await exposeShadow(world, id!, found[2]!);
}

async function endBackup({ backup, created, run, world }: Requester): Promise<void> {
  demand(backup && created, 'end backup: there is none');
  if (takeFault(world, 'shadow-end', 'slow') !== undefined) await killed(run.signal);
  strike(world, 'shadow-end');
  await completeVss(world);
}

/** It does not go on until somebody ends it; and then VSS gives up what its requester had begun. */
async function killed(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  throw new Refusal('the requester is gone');
}

function strike(world: World, at: string): void {
  noteCall(world, at);
  const fault = takeFault(world, at);
  if (fault === undefined) return;
  if (fault === 'vm-vanishes' || fault === 'vm-pauses' || fault === 'name-duplicate') {
    for (const vm of labVms) happen(world, fault, vm.id);
    return;
  }
  if (fault === 'host-reboots') reboot(world);
  if (fault === 'job-fails') throw new Refusal('COM call failed.');
  const result = results[fault] ?? '8000ffff';
  throw new Refusal(`\nThe last operation failed.\n\t- Returned HRESULT: ${result}\n\t- Error text: VSS_E_OF_${at}`);
}

function demand(condition: boolean, text: string): void {
  if (!condition) throw new Refusal(text);
}

function argument({ parameters }: ToolRun, name: string): string | undefined {
  const at = parameters.indexOf(name);
  return at < 0 ? undefined : parameters[at + 1];
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
