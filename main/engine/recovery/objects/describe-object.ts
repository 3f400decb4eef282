import { HostkeepError, type EseView, type HiveView, type ObjectState, type ObjectView, type SqlView } from '#contract';
import {
  isEseDatabase,
  isEventLog,
  isHive,
  isSqlFile,
  openEventLog,
  openHive,
  readEseDatabase,
  readSqlFile,
} from '#engine/objects';
import { logsOf, missingLogs } from './ese-logs.ts';
import { hiveIn, hiveLogs } from './hive-logs.ts';
import { filesBeside, type ObjectFile } from './object-file.ts';

export type ObjectKind = ObjectView['kind'];

/** What kind of object a file is, by its content; undefined for every other file. */
export async function kindOfObject({ bytes }: Pick<ObjectFile, 'bytes'>): Promise<ObjectKind | undefined> {
  if (await isHive(bytes)) return 'hive';
  if (await isEventLog(bytes)) return 'event-log';
  if (await isEseDatabase(bytes)) return 'ese';
  return (await isSqlFile(bytes)) ? 'sql-server' : undefined;
}

/**
 * What an object's header says, and the logs beside it.
 * @throws HostkeepError recovery/not-an-object, format/*
 */
export async function describeObject(file: ObjectFile): Promise<ObjectView> {
  const kind = await kindOfObject(file);
  if (kind === 'hive') return hiveView(file);
  if (kind === 'ese') return eseView(file);
  if (kind === 'sql-server') return sqlView(file);
  if (kind === 'event-log') {
    const { dirty, full, version, chunks } = (await openEventLog(file.bytes)).state;
    return { kind: 'event-log', ...common(file, dirty ? 'dirty' : 'clean'), version, full, chunks };
  }
  throw new HostkeepError('recovery/not-an-object', { path: file.path });
}

function common(file: ObjectFile, state: ObjectState): { path: string; sizeBytes: number; state: ObjectState } {
  return { path: file.path, sizeBytes: file.node.sizeBytes, state };
}

async function hiveView(file: ObjectFile): Promise<HiveView> {
  const raw = await openHive(file.bytes);
  const logs = await hiveLogs(file);
  const { hive, replayed } = await hiveIn(file);
  const { version, lastWritten, fileName } = hive.state;
  const { subkeys } = await hive.root();
  return {
    kind: 'hive',
    ...common(file, raw.state.dirty ? 'dirty' : 'clean'),
    version,
    lastWritten,
    fileName,
    keys: subkeys,
    logs: logs.map(({ path }) => path),
    replayed,
  };
}

const mostNamed = 100;

async function eseView(file: ObjectFile): Promise<EseView> {
  const database = await readEseDatabase(file.bytes);
  const logs = database.logsRequired === null ? [] : await logsOf(database, await filesBeside(file));
  return {
    kind: 'ese',
    ...common(file, database.state === 'clean-shutdown' ? 'clean' : 'dirty'),
    version: database.version,
    shutdown: database.state,
    pageBytes: database.pageBytes,
    logsRequired: database.logsRequired,
    logsMissing: missingLogs(database, logs).slice(0, mostNamed),
    cleanAt: database.cleanAt,
    fromCopy: database.fromCopy,
  };
}

async function sqlView(file: ObjectFile): Promise<SqlView> {
  const { role, file: number, database, version, release, state } = await readSqlFile(file.bytes);
  const ours: ObjectState = state === null ? 'unknown' : state === 'closed' ? 'clean' : 'dirty';
  return {
    kind: 'sql-server',
    ...common(file, ours),
    version: version === null ? '' : String(version),
    role,
    file: number,
    database,
    release,
  };
}
