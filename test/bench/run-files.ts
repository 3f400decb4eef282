import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileCount, filesFolder, filesImage, makeFilesVolume, nameOf, shape } from './files-volume.ts';
import { coldCaches, measure, median } from './measure.ts';
import { emptyRepository, environment, hostkeep, prepare, repositoryOf, type Tool } from './place.ts';
import { measureReads } from './files-reads.ts';
import { measureSearch } from './files-search.ts';
import { row, table } from './table.ts';

interface FileAct {
  readonly says: string;
  readonly commands: Readonly<Partial<Record<Tool, readonly string[]>>>;
  readonly wanted?: number;
  /** Counts until the first byte is there, not until the command ends. */
  readonly toFirstByte?: 'warm caches' | 'cold caches';
}

const volume = '/disk0/part0';
const oneFile = nameOf(shape.perFolder * 17 + 5);
const small = `tree/d17/project 17/${oneFile}`;
const theirs = (path: string): string => join(filesFolder, path);
const borgPath = (path: string): string => theirs(path).slice(1);

const acts: readonly FileAct[] = [
  {
    says: `list a folder of ${shape.inOneFolder} files`,
    wanted: 2,
    commands: {
      hostkeep: [...hostkeep, 'ls', 'F@latest', `${volume}/many`, '--json'],
      restic: ['restic', '--no-cache', 'ls', 'latest', theirs('many'), '--json'],
      borg: ['borg', 'list', '--json-lines', `${repositoryOf('borg')}::f`, borgPath('many')],
    },
  },
  {
    says: 'first byte of a small file, a new process with warm caches',
    wanted: 0.5,
    toFirstByte: 'warm caches',
    commands: {
      hostkeep: [...hostkeep, 'cat', 'F@latest', `${volume}/${small}`],
      restic: ['restic', '--no-cache', '-q', 'dump', 'latest', theirs(small)],
      borg: ['borg', 'extract', '--stdout', `${repositoryOf('borg')}::f`, borgPath(small)],
    },
  },
  {
    says: 'first byte of a file of 1 GiB',
    wanted: 0.5,
    toFirstByte: 'cold caches',
    commands: {
      hostkeep: [...hostkeep, 'cat', 'F@latest', `${volume}/large.bin`],
      restic: ['restic', '--no-cache', '-q', 'dump', 'latest', theirs('large.bin')],
      borg: ['borg', 'extract', '--stdout', `${repositoryOf('borg')}::f`, borgPath('large.bin')],
    },
  },
  {
    says: 'all of a file of 1 GiB',
    commands: {
      hostkeep: [...hostkeep, 'cat', 'F@latest', `${volume}/large.bin`],
      restic: ['restic', '--no-cache', '-q', 'dump', 'latest', theirs('large.bin')],
      borg: ['borg', 'extract', '--stdout', `${repositoryOf('borg')}::f`, borgPath('large.bin')],
    },
  },
  {
    says: `find one of ${fileCount} files by name`,
    commands: {
      hostkeep: [...hostkeep, 'find', oneFile, '--json'],
      restic: ['restic', '--no-cache', 'find', oneFile, '--json'],
      borg: ['borg', 'list', '--json-lines', `${repositoryOf('borg')}::f`, '--pattern', `+ **/${oneFile}`, '--pattern', '- **'],
    },
  },
];

const catalog = [...hostkeep, 'catalog', 'F@latest'];

/** Files of restore points, beside the same act of tools that back up files. */
export async function runFiles(rounds: number, peers: readonly Tool[], isFilled: boolean): Promise<string> {
  makeFilesVolume();
  if (!isFilled) fill(peers);
  const listed = measure(catalog, environment);
  const rows = [
    row(
      `catalogue of ${fileCount} files`,
      `${seconds(listed.wall)} (CPU ${seconds(listed.cpu)}, ${listed.megabytes.toFixed(0)} MiB)`,
      '',
      '',
      told(listed.wall, 60),
    ),
  ];
  for (const act of acts) {
    const walls = new Map<Tool, number[]>();
    for (let round = 0; round < rounds; round += 1)
      for (const tool of peers) {
        const command = act.commands[tool];
        if (command !== undefined) walls.set(tool, [...(walls.get(tool) ?? []), await wallOf(command, act)]);
      }
    const of = (tool: Tool): string => (walls.has(tool) ? seconds(median(walls.get(tool)!)) : '-');
    rows.push(
      row(
        act.says,
        of('hostkeep'),
        of('restic'),
        of('borg'),
        act.wanted === undefined ? '' : told(median(walls.get('hostkeep')!), act.wanted),
      ),
    );
  }
  return [
    table(['files, all caches dropped before each act', 'hostkeep', 'restic', 'borg', 'wanted'], rows),
    await measureReads(rounds),
    await measureSearch(rounds),
  ].join('\n');
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

function told(value: number, wanted: number): string {
  return value <= wanted ? `at most ${wanted} s` : `MISSED ${wanted} s`;
}

function fill(peers: readonly Tool[]): void {
  for (const tool of peers) emptyRepository(tool);
  if (peers.includes('hostkeep')) prepare(...hostkeep, 'backup', '--image', filesImage, '--name', 'F', '--no-catalog');
  if (peers.includes('restic')) prepare('restic', '--no-cache', '-q', 'backup', filesFolder);
  if (peers.includes('borg')) prepare('borg', 'create', '-C', 'lz4', `${repositoryOf('borg')}::f`, filesFolder);
}

async function wallOf(command: readonly string[], act: FileAct): Promise<number> {
  if (act.toFirstByte === undefined) return measure(command, environment).wall;
  if (act.toFirstByte === 'cold caches') coldCaches();
  else prepare(...command);
  const start = performance.now();
  const child = spawn(command[0]!, command.slice(1), {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended.then(() => Promise.reject(new Error(`${command.join(' ')}: no byte`)))]);
  const took = (performance.now() - start) / 1000;
  child.kill('SIGKILL');
  await ended;
  return took;
}
