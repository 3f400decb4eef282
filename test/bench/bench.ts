/**
 * `npm run bench -- [--only NAME,...] [--rounds N] [--peers restic,borg] [--chunks N] [--into FILE] [--filled] [--out FILE]`: Hostkeep beside restic and borg on the same 4 GiB
 * disks, interleaved, cold caches, medians. Names: first, second, ranges, second-vm, restore, plain, cold-start, files, publish, slope, index; all when none is given.
 * `--into` keeps the figures of acts in a file and adds to those that are there, for rounds in several runs; `--filled` takes the repositories of the last run of `files` (acts take them away), and for acts its first backups, as they are.
 * Needs root and the Debian packages restic, borgbackup, qemu-utils, zstd, gdisk, e2fsprogs, ntfs-3g, fuse3 and time; for publish tgt,
 * libiscsi-bin and qemu-block-extra. Disks are kept in .cache/bench.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { acts } from './acts.ts';
import { makeDisks, makeProgram, tools } from './place.ts';
import { runActs, runPlain } from './run-acts.ts';
import { runColdStart } from './run-cold-start.ts';
import { runFiles } from './run-files.ts';
import { runIndex } from './run-index.ts';
import { runPublish } from './run-publish.ts';
import { runSlope } from './run-slope.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    peers: { type: 'string', default: 'restic,borg' },
    chunks: { type: 'string', default: '100000000' },
    into: { type: 'string' },
    filled: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const only = new Set(values.only.split(',').filter((name) => name !== ''));
const rounds = Number(values.rounds);
const peers = tools.filter((tool) => values.peers.split(',').includes(tool));

/** They take a second each. */
const coldStarts = 5;
const parts: Readonly<Record<string, () => string | Promise<string>>> = {
  plain: () => runPlain(rounds),
  'cold-start': () => runColdStart(Math.max(rounds, coldStarts)),
  files: () =>
    runFiles(
      rounds,
      tools.filter((tool) => tool === 'hostkeep' || peers.includes(tool)),
      values.filled,
    ),
  publish: () => runPublish(rounds),
  slope: () => runSlope(rounds),
  index: () => runIndex(Number(values.chunks), rounds),
};
const names = [...acts.map((act) => act.name), ...Object.keys(parts)];
const unknown = [...only].filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`no bench is called ${unknown.join(', ')}; there are ${names.join(', ')}`);

await makeProgram();
const withoutDisks = new Set(['files', 'publish']);
if ([...only].some((name) => !withoutDisks.has(name)) || only.size === 0) makeDisks();
const told = [
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${rounds} round(s).\n`,
];
const show = (text: string): void => {
  told.push(text);
  process.stdout.write(`${text}\n`);
};
const wantsActs = only.size === 0 || acts.some((act) => only.has(act.name)) || only.has('cold-start');
if (wantsActs) show(runActs(only, { rounds, peers, into: values.into, filled: values.filled }));
for (const [name, run] of Object.entries(parts)) if (only.size === 0 || only.has(name)) show(await run());
if (values.out !== undefined) writeFileSync(values.out, told.join('\n'));
