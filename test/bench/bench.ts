/**
 * `npm run bench [-- --rounds N --out FILE]`: Hostkeep beside restic and borg on the same 4 GiB disks, interleaved, cold caches; medians.
 * Needs root and the Debian packages restic, borgbackup, qemu-utils, zstd, gdisk, ntfs-3g and time. Disks are kept in .cache/bench.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure, storedMegabytes, type Measured } from './measure.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, out: { type: 'string' } } });
const root = new URL('../../', import.meta.url).pathname;
const folder = join(root, '.cache', 'bench');
mkdirSync(folder, { recursive: true });
execFileSync('sh', [join(root, 'test/bench/make-disks.sh'), folder, join(root, 'test/bench/change-disk.ts')], {
  stdio: 'inherit',
});

const [a, b, c, back] = ['a.raw', 'b.raw', 'c.raw', 'back.raw'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
  string,
];
const ranges = join(folder, 'ranges.json');
const homes = { hostkeep: join(folder, 'run-hostkeep'), restic: join(folder, 'run-restic'), borg: join(folder, 'run-borg') };
const environment = {
  HOSTKEEP_PASSWORD: 'only for the bench',
  HOSTKEEP_HOME: join(folder, 'run-home'),
  HOSTKEEP_REPO: homes.hostkeep,
  RESTIC_PASSWORD: 'x',
  RESTIC_REPOSITORY: homes.restic,
  BORG_PASSPHRASE: 'x',
  BORG_BASE_DIR: join(folder, 'run-borg-base'),
};
const cli = [process.execPath, join(root, 'main/cli/hostkeep.ts')];
const shell = (line: string): readonly string[] => ['sh', '-c', line];

type Tool = keyof typeof homes;
interface Act {
  readonly name: string;
  readonly tool: Tool | 'plain';
  readonly command: readonly string[];
}

function acts(): readonly Act[] {
  const restic = (...more: readonly string[]): readonly string[] => ['restic', '--no-cache', '-q', ...more];
  const borg = (name: string, disk: string): readonly string[] => ['borg', 'create', '-C', 'lz4', `${homes.borg}::${name}`, disk];
  const image = (disk: string, vm: string, ...more: readonly string[]): readonly string[] => [
    ...cli,
    'backup',
    '--image',
    disk,
    '--name',
    vm,
    ...more,
  ];
  return [
    { name: 'first backup', tool: 'hostkeep', command: image(a, 'A') },
    { name: 'first backup', tool: 'restic', command: restic('backup', a) },
    { name: 'first backup', tool: 'borg', command: borg('a', a) },
    {
      name: 'restore, flushed',
      tool: 'hostkeep',
      command: [...cli, 'restore-disk', 'A@latest', '--format', 'raw', '--to', back],
    },
    { name: 'restore, flushed', tool: 'restic', command: shell(`restic --no-cache dump latest ${a} > ${back} && sync ${back}`) },
    { name: 'second backup, all read', tool: 'hostkeep', command: image(b, 'A') },
    // Back to the state after the first backup, so that the changed ranges are new again.
    { name: '', tool: 'plain', command: [...cli, 'forget', 'A@latest'] },
    { name: '', tool: 'plain', command: [...cli, 'compact'] },
    { name: 'changed ranges only', tool: 'hostkeep', command: image(b, 'A', '--changed-ranges', ranges) },
    { name: 'second backup, all read', tool: 'restic', command: restic('backup', b) },
    { name: 'second backup, all read', tool: 'borg', command: borg('b', b) },
    { name: 'second VM, same files', tool: 'hostkeep', command: image(c, 'C') },
    { name: 'second VM, same files', tool: 'restic', command: restic('backup', c) },
    { name: 'second VM, same files', tool: 'borg', command: borg('c', c) },
    { name: 'plain copy', tool: 'plain', command: ['qemu-img', 'convert', '-f', 'raw', '-O', 'raw', a, back] },
    { name: 'plain zstd -1 -T2', tool: 'plain', command: shell(`zstd -1 -T2 -q -f ${a} -o ${back}`) },
    { name: 'plain dd direct', tool: 'plain', command: shell(`dd if=${a} of=/dev/null bs=4M iflag=direct`) },
  ];
}

function reset(): void {
  for (const path of [...Object.values(homes), environment.HOSTKEEP_HOME, environment.BORG_BASE_DIR])
    rmSync(path, { recursive: true, force: true });
  measure([...cli, 'repo', 'init', homes.hostkeep], environment);
  measure(['restic', '-q', 'init'], environment);
  measure(['borg', 'init', '-e', 'repokey', homes.borg], environment);
}

const results = new Map<string, (Measured & { readonly growth: number })[]>();
for (let round = 0; round < Number(values.rounds); round += 1) {
  reset();
  for (const act of acts()) {
    const before = act.tool === 'plain' ? 0 : storedMegabytes(homes[act.tool]);
    const measured = measure(act.command, environment);
    const growth = act.tool === 'plain' ? 0 : storedMegabytes(homes[act.tool]) - before;
    const key = `${act.name}|${act.tool}`;
    results.set(key, [...(results.get(key) ?? []), { ...measured, growth }]);
    rmSync(back, { force: true });
  }
}

function median(key: string, of: 'wall' | 'cpu' | 'growth' | 'megabytes'): number {
  const all = (results.get(key) ?? []).map((measured) => measured[of]).toSorted((x, y) => x - y);
  return all[Math.floor(all.length / 2)] ?? Number.NaN;
}

const lines = ['| act | tool | wall s | CPU s | stored MB | peak MiB | wall / restic |', '|---|---|---|---|---|---|---|'];
for (const key of results.keys()) {
  const [name, tool] = key.split('|') as [string, string];
  if (name === '') continue;
  const peer = median(`${name}|restic`, 'wall');
  const ratio = Number.isNaN(peer) ? '' : (median(key, 'wall') / peer).toFixed(2);
  lines.push(
    `| ${name} | ${tool} | ${median(key, 'wall').toFixed(1)} | ${median(key, 'cpu').toFixed(1)} | ${median(key, 'growth').toFixed(0)} | ${median(key, 'megabytes').toFixed(0)} | ${ratio} |`,
  );
}
process.stdout.write(`${lines.join('\n')}\n`);
if (values.out !== undefined) writeFileSync(values.out, `${lines.join('\n')}\n`);
