import type { Command } from 'commander';

type Register = (program: Command) => void;

/** A file of commands: the names that it adds, and how it is loaded. */
type Load = () => Promise<Register>;

/** Every command under the heading of the help that it stands under, in the order of the help. */
const groups: readonly (readonly [heading: string, files: Readonly<Record<string, Load>>])[] = [
  [
    'Where things are:',
    {
      lab: async () => (await import('./lab.ts')).lab,
      host: async () => (await import('./host.ts')).host,
      vm: async () => (await import('./vm.ts')).vm,
      repo: async () => (await import('./repo.ts')).repo,
    },
  ],
  [
    'Back up:',
    {
      backup: async () => (await import('./backup.ts')).backup,
      points: async () => (await import('./points.ts')).points,
      forget: async () => (await import('./forget.ts')).forget,
      compact: async () => (await import('./compact.ts')).compact,
    },
  ],
  [
    'Look into restore points:',
    {
      disks: async () => (await import('./disks.ts')).disks,
      ls: async () => (await import('./ls.ts')).ls,
      cat: async () => (await import('./cat.ts')).cat,
      object: async () => (await import('./object.ts')).object,
      find: async () => (await import('./find.ts')).find,
      history: async () => (await import('./history.ts')).history,
      big: async () => (await import('./big.ts')).big,
      catalog: async () => (await import('./catalog.ts')).catalog,
      'verify evidence': async () => (await import('./verify.ts')).verify,
    },
  ],
  [
    'Restore:',
    {
      'restore-files': async () => (await import('./restore-files.ts')).restoreFilesCommand,
      'restore-disk': async () => (await import('./restore-disk.ts')).restoreDiskCommand,
      'restore-vm': async () => (await import('./restore-vm.ts')).restoreVmCommand,
    },
  ],
  [
    'Run from the backup storage:',
    {
      publish: async () => (await import('./publish.ts')).publish,
      recover: async () => (await import('./recover.ts')).recover,
      drill: async () => (await import('./drill.ts')).drill,
    },
  ],
  [
    'Unattended:',
    {
      job: async () => (await import('./job.ts')).job,
      'schedule scheduler': async () => (await import('./schedule.ts')).schedule,
      'prune retention undelete pin': async () => (await import('./retention.ts')).retention,
    },
  ],
  [
    'How things stand:',
    {
      'runs run': async () => (await import('./runs.ts')).runs,
      'status alert': async () => (await import('./status.ts')).status,
      notify: async () => (await import('./notify.ts')).notify,
      report: async () => (await import('./report.ts')).report,
    },
  ],
  [
    'The console:',
    {
      serve: async () => (await import('./serve.ts')).serve,
    },
  ],
];

/**
 * Adds the commands that these words name, for loading all of them takes longer than the work of some. Where none is named, as for
 * the help and for a mistyped one, all are added.
 */
export async function registerCommands(program: Command, words: readonly string[]): Promise<void> {
  const isNamed = (names: string): boolean => names.split(' ').some((name) => words.includes(name));
  const isAny = groups.some(([, files]) => Object.keys(files).some(isNamed));
  for (const [heading, files] of groups) {
    program.commandsGroup(heading);
    const wanted = Object.entries(files).filter(([names]) => !isAny || isNamed(names));
    for (const register of await Promise.all(wanted.map(([, load]) => load()))) register(program);
  }
  describeArguments(program);
}

/** What an argument of these names is, wherever its command does not say it. */
const argumentTexts: Readonly<Record<string, string>> = {
  point: 'its id, the beginning of it, or NAME@latest: the newest of a VM',
  points: 'ids, beginnings of them, or NAME@latest: the newest of a VM',
  path: '/disk0/part2/Users or /lvm/GROUP/VOLUME/home, for example',
  paths: '/disk0/part2/Users or /lvm/GROUP/VOLUME/home, for example',
  hive: '/disk0/part2/Windows/System32/config/SYSTEM, for example',
  job: 'name or id',
  drill: 'name or id',
};

function describeArguments(command: Command): void {
  for (const argument of command.registeredArguments)
    if (argument.description === '') argument.description = argumentTexts[argument.name()] ?? '';
  command.commands.forEach(describeArguments);
}
