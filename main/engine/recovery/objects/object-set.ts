import { HostkeepError, type ObjectSetView, type SetFile } from '#contract';
import { readEseCheckpoint, readEseDatabase, readHiveLog, readSqlFile, isSqlFile, openHive, type SqlFile } from '#engine/objects';
import { kindOfObject } from './describe-object.ts';
import { logsOf, missingLogs } from './ese-logs.ts';
import { filesBeside, type ObjectFile } from './object-file.ts';

/** Where the parts of a set are looked for. */
export interface SetPlaces {
  readonly file: ObjectFile;
  /** Other folders, of any volume. */
  readonly also: readonly Pick<ObjectFile, 'system' | 'folder'>[];
  readonly signal?: AbortSignal;
}

type Part = SetFile['part'];

/** Files that only serve together: a database with its logs, a hive with its own. @throws HostkeepError recovery/not-an-object, format/* */
export async function findSet(places: SetPlaces): Promise<ObjectSetView> {
  const { file, also } = places;
  const kind = await kindOfObject(file);
  const around = (await Promise.all([file, ...also].map((place) => filesBeside(place)))).flat();
  if (kind === 'ese') return eseSet(places, around);
  if (kind === 'sql-server') return sqlSet(places, around);
  if (kind === 'hive') return hiveSet(places, around);
  throw new HostkeepError('recovery/not-an-object', { path: file.path, expected: 'a database or a registry hive' });
}

function part({ path, node }: ObjectFile, of: Part): SetFile {
  return { path, sizeBytes: node.sizeBytes, part: of };
}

/** By its older name, and by that of today's Windows. */
function isCheckpoint(file: ObjectFile): boolean {
  return endsIn(file, '.chk') || endsIn(file, '.jcp');
}

function endsIn({ node }: ObjectFile, ending: string): boolean {
  return node.name.toLowerCase().endsWith(ending);
}

async function eseSet({ file, signal }: SetPlaces, around: readonly ObjectFile[]): Promise<ObjectSetView> {
  const database = await readEseDatabase(file.bytes);
  const logs = await logsOf(database, around, signal);
  const missing = missingLogs(database, logs);
  // `E00` or `edb`: what the names of a stream of logs begin with; its checkpoint and reserves bear it too.
  const bases = new Set(logs.map((log) => log.file.node.name.slice(0, 3).toLowerCase()));
  const others: SetFile[] = [];
  for (const one of around) {
    signal?.throwIfAborted();
    const isOfStream = bases.has(one.node.name.slice(0, 3).toLowerCase()) && one.node.unreadable === null;
    if (isCheckpoint(one) && (isOfStream || (await readEseCheckpoint(one.bytes)) === database.logSignature))
      others.push(part(one, 'checkpoint'));
    else if (isOfStream && endsIn(one, '.jrs')) others.push(part(one, 'reserve'));
    else if (one.node.name.toLowerCase() === `${file.node.name.replace(/\.[^.]*$/, '').toLowerCase()}.jfm`)
      others.push(part(one, 'flush-map'));
  }
  const files = [part(file, 'database'), ...logs.map((log) => part(log.file, 'log')), ...others];
  if (database.logsRequired === null)
    return { kind: 'ese', files, state: 'clean', says: ['The database was closed and is complete without its logs.'] };
  const range = `${hex(database.logsRequired.from)} to ${hex(database.logsRequired.to)}`;
  const base = [...bases][0] ?? 'E00';
  return missing.length === 0
    ? {
        kind: 'ese',
        files,
        state: 'recovery',
        says: [
          `The database was in use and needs its logs ${range}, which are in the set.`,
          `Its service puts it in order when it starts with them, or by hand: esentutl /r ${base} /l LOGS /d DATABASE.`,
        ],
      }
    : {
        kind: 'ese',
        files,
        state: 'incomplete',
        says: [
          `The database was in use and needs its logs ${range}; not found: ${missing.slice(0, 20).map(hex).join(', ')}${missing.length > 20 ? ' ...' : ''}.`,
          'Name the folder of its logs with --also where they lie elsewhere.',
        ],
      };
}

function hex(generation: number): string {
  return `0x${generation.toString(16)}`;
}

const sqlName = /\.(mdf|ndf|ldf)$/i;
const mostFiles = 10_000;

async function sqlSet({ file, signal }: SetPlaces, around: readonly ObjectFile[]): Promise<ObjectSetView> {
  const own = await readSqlFile(file.bytes);
  const found = [{ file, header: own }];
  for (const one of around.filter(({ node }) => sqlName.test(node.name)).slice(0, mostFiles)) {
    signal?.throwIfAborted();
    if (one.path === file.path || one.node.unreadable !== null || own.bindingId === null || !(await isSqlFile(one.bytes)))
      continue;
    const header = await readSqlFile(one.bytes);
    if (header.bindingId === own.bindingId) found.push({ file: one, header });
  }
  const sorted = ofOneDatabase(found).toSorted((a, b) => a.header.file - b.header.file);
  const parts = { primary: 'database', secondary: 'data', log: 'log' } as const;
  const files = sorted.map((one) => part(one.file, parts[one.header.role]));
  const primary = sorted.find(({ header }) => header.role === 'primary')?.header;
  const hasLog = sorted.some(({ header }) => header.role === 'log');
  const numbers = sorted.map(({ header }) => header.file);
  const gaps = Array.from({ length: numbers.at(-1) ?? 0 }, (_, at) => at + 1).filter((number) => !numbers.includes(number));
  const says: string[] = [];
  if (new Set(numbers).size < numbers.length)
    says.push(
      'Several files bear the same number: copies of a database share its id. Which belong together must be told by their names.',
    );
  if (own.bindingId === null) says.push('The header names no database: which other files belong to it cannot be told.');
  if (gaps.length > 0)
    says.push(
      `No file has the number ${gaps.slice(0, 20).join(', ')}: it was removed from the database, or lies elsewhere (--also).`,
    );
  if (primary === undefined)
    return { kind: 'sql-server', files, state: 'incomplete', says: ['The primary file was not found.', ...says] };
  if (primary.state === 'closed')
    return {
      kind: 'sql-server',
      files,
      state: 'clean',
      says: ['The database was closed: its files can be attached as they are.', ...says],
    };
  return hasLog
    ? {
        kind: 'sql-server',
        files,
        state: 'recovery',
        says: [
          'The database was in use: SQL Server puts it in order from its log when the files are attached together.',
          ...says,
        ],
      }
    : { kind: 'sql-server', files, state: 'incomplete', says: ['The database was in use, and its log was not found.', ...says] };
}

interface FoundSqlFile {
  readonly file: ObjectFile;
  readonly header: SqlFile;
}

/**
 * Copies of a database share its id with it: of several files of one number the one that was asked for counts, or the one that bears its
 * name. The first of `found` was asked for.
 */
function ofOneDatabase(found: readonly FoundSqlFile[]): readonly FoundSqlFile[] {
  const asked = found[0]!;
  const stem = stemOf(asked.file);
  return [...Map.groupBy(found, ({ header }) => header.file).values()].flatMap((same) => {
    if (same.length === 1) return same;
    if (same.includes(asked)) return [asked];
    const named = same.filter(({ file }) => stemOf(file) === stem);
    return named.length === 1 ? named : same;
  });
}

/** `orders` of `Orders.mdf` and `Orders_log.ldf`. */
function stemOf({ node }: ObjectFile): string {
  return node.name
    .toLowerCase()
    .replace(/\.[^.]*$/, '')
    .replace(/[_ -]?log$/, '');
}

async function hiveSet({ file }: SetPlaces, around: readonly ObjectFile[]): Promise<ObjectSetView> {
  const { state } = await openHive(file.bytes);
  const own = file.node.name.toLowerCase();
  const logs = around.filter(({ node }) => [`${own}.log`, `${own}.log1`, `${own}.log2`].includes(node.name.toLowerCase()));
  const files = [part(file, 'database'), ...logs.map((log) => part(log, 'log'))];
  if (!state.dirty) return { kind: 'hive', files, state: 'clean', says: ['The hive is complete in itself.'] };
  const readable = logs.filter(({ node }) => node.unreadable === null);
  const holding = await Promise.all(readable.map(async ({ bytes }) => (await readHiveLog(bytes)) !== undefined));
  return holding.includes(true)
    ? {
        kind: 'hive',
        files,
        state: 'recovery',
        says: ['Windows was writing to the hive: it puts it in order from its logs when it loads it.'],
      }
    : { kind: 'hive', files, state: 'incomplete', says: ['Windows was writing to the hive, and no log of it holds anything.'] };
}
