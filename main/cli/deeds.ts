/** What commands change, for the activity log that the console shows. What has a run of its own is among the runs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { contextOf } from './context.ts';
import { inHome } from './with-home.ts';

/** By the words of the command: the deed as the console calls it. */
const deeds: Readonly<Record<string, string>> = {
  'alert seen': 'alert.seen',
  'drill create': 'drill.create',
  'drill delete': 'drill.remove',
  'drill edit': 'drill.edit',
  'drill pause': 'drill.pause',
  forget: 'point.forget',
  'host add': 'host.add',
  'host remove': 'host.remove',
  'job create': 'job.create',
  'job delete': 'job.remove',
  'job edit': 'job.edit',
  'job pause': 'job.pause',
  'notify secret': 'notify.secret',
  'notify set': 'notify.change',
  pin: 'point.pin',
  'publish discard': 'publication.discard',
  'publish stop': 'point.unpublish',
  'repo key add-recovery': 'repository.add-recovery-key',
  'repo key change-passphrase': 'repository.change-passphrase',
  'repo key remove': 'repository.remove-key',
  'scheduler account': 'scheduler.account',
  undelete: 'point.undelete',
  'vm credential': 'vm.credential',
  'vm tag': 'vm.tag',
};
/** Without an argument they only list. */
const lists: ReadonlySet<string> = new Set(['pin', 'undelete']);

/** Where there is a home: a command on a repository alone makes none. Arguments name things; secrets are never among them. */
export async function noteDeed(command: Command, result: 'done' | 'refused'): Promise<void> {
  const words = wordsOf(command);
  const [subject = ''] = command.args;
  const action = deeds[words];
  if (action === undefined || (lists.has(words) && subject === '')) return;
  if (words === 'scheduler account' && Object.keys(command.opts()).length === 0) return;
  const context = contextOf(command);
  if (!existsSync(join(await context.homePath(), 'state.db'))) return;
  const { noteDeed: note, systemClock } = await import('#service');
  const { userInfo } = await import('node:os');
  await inHome(context, async ({ state }) =>
    note(state, { at: systemClock.now(), who: userInfo().username, action, subject: subject.slice(0, 256), result }),
  );
}

function wordsOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${wordsOf(parent)} ${command.name()}`;
}
