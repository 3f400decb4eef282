import { isEseDatabase, isSqlFile, readEseDatabase, readSqlFile, type EseDatabase, type SqlFile } from '#engine/objects';
import { bytesOf, filesBeside, logsOf, missingLogs, type EseLogFile } from '#engine/recovery/objects';
import type { FileSystem } from '../formats/file-system.ts';
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
      database.logsRequired === null
        ? []
        : missingLogs(database, await logsBeside(work, { system, subject }, { database, path }));
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

/** The log files of a database in its folder. */
async function logsBeside(
  work: Work,
  { system, subject }: Place,
  { database, path }: { readonly database: EseDatabase; readonly path: string },
): Promise<readonly EseLogFile[]> {
  const folder = { disk: undefined, group: undefined, place: undefined, names: path.split('/').slice(0, -1) };
  const files = await filesBeside({ system, folder }, (error) => work.found.fault('database', subject, error));
  return logsOf(database, files, work.signal);
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
