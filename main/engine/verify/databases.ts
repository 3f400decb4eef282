import {
  isEseDatabase,
  isSqlFile,
  readEseDatabase,
  readEseLog,
  readSqlFile,
  type EseDatabase,
  type SqlFile,
} from '#engine/objects';
import type { FileSystem } from '../formats/file-system.ts';
import { listOf } from './find-file.ts';
import { bytesOf } from './read-files.ts';
import type { FoundFile } from './scan-files.ts';
import type { ReadableVolume } from './volumes.ts';
import { stopWhenCancelled, type Work } from './watch.ts';

/** Databases by their headers: what they are, whether they were closed, and whether the logs they need are beside them. */
export async function checkDatabases(work: Work, volume: ReadableVolume, files: readonly FoundFile[]): Promise<void> {
  for (const file of files) {
    stopWhenCancelled(work);
    const subject = `${volume.path}/${file.path}`;
    try {
      await checkOne(work, { system: volume.system, subject }, file);
    } catch (error) {
      work.found.fault('database', subject, error);
    }
  }
}

interface Place {
  readonly system: FileSystem;
  readonly subject: string;
}

async function checkOne(work: Work, { system, subject }: Place, { node, path }: FoundFile): Promise<void> {
  const bytes = bytesOf(system, node);
  if (await isEseDatabase(bytes)) {
    const database = await readEseDatabase(bytes);
    const missing =
      database.logsRequired === null ? [] : await missingLogs(work, { system, subject }, { database, folder: folderOf(path) });
    const says = eseText(database, missing);
    work.found.add('database', subject, missing.length > 0 || database.fromCopy ? 'warning' : 'passed', says);
    return;
  }
  if (/\.(mdf|ndf|ldf)$/i.test(node.name) && (await isSqlFile(bytes))) {
    work.found.add('database', subject, 'passed', sqlText(await readSqlFile(bytes)));
    return;
  }
  work.found.add('database', subject, 'not-checked', 'The name is that of a database, but the content is of no kind known here.');
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

const mostLogsListed = 10_000;
const mostRequired = 10_000;

/** Generations that the database needs and that are not beside it with its signature. */
async function missingLogs(
  work: Work,
  { system, subject }: Place,
  { database, folder }: { readonly database: EseDatabase; readonly folder: string },
): Promise<readonly number[]> {
  const { from, to } = database.logsRequired!;
  const present = new Set<number>();
  const nodes = await listOf(system, folder, (error) => work.found.fault('database', subject, error));
  for (const node of nodes.slice(0, mostLogsListed)) {
    if (node.type !== 'file' || node.unreadable !== null || !/\.(log|jtx)$/i.test(node.name)) continue;
    stopWhenCancelled(work);
    const log = await readEseLog(bytesOf(system, node));
    if (log?.signature === database.logSignature) present.add(log.generation);
  }
  const missing: number[] = [];
  for (let one = from; one <= to && missing.length < mostRequired; one += 1) if (!present.has(one)) missing.push(one);
  return missing;
}

function eseText(database: EseDatabase, missing: readonly number[]): string {
  const what = `ESE database, version ${database.version}, ${database.state.replaceAll('-', ' ')}`;
  const copy = database.fromCopy ? '; its first header is damaged, the second was read' : '';
  if (database.logsRequired === null) return `${what}${copy}.`;
  const { from, to } = database.logsRequired;
  const range = from === to ? `log ${hex(from)}` : `logs ${hex(from)} to ${hex(to)}`;
  if (missing.length === 0) return `${what}; it needs ${range}, which lie beside it${copy}.`;
  return `${what}; it needs ${range}, and ${missing.length} of them do not lie beside it${copy}.`;
}

function hex(generation: number): string {
  return `0x${generation.toString(16).padStart(8, '0')}`;
}

function sqlText({ role, database, release, version, state }: SqlFile): string {
  if (role !== 'primary') return `SQL Server ${role === 'log' ? 'log' : 'secondary data'} file; its header is sound.`;
  const end = state === 'closed' ? 'closed' : 'in use: SQL Server puts it in order from its log when it opens it';
  return `SQL Server database "${database}", version ${version}${release === null ? '' : ` (${release})`}, ${end}.`;
}
