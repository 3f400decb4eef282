import { isEseDatabase, isSqlFile, readEseDatabase, readSqlFile, type EseDatabase, type SqlFile } from '#engine/objects';
import type { EvidenceSentence } from '#contract';
import { bytesOf, filesBeside, logsOf, missingLogs, type EseLogFile } from '#engine/recovery/objects';
import type { FileSystem } from '../formats/file-system.ts';
import { says } from './findings.ts';
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
    const verdict = missing.length > 0 || database.fromCopy ? 'warning' : 'passed';
    work.found.add('database', subject, verdict, eseSentence(database, missing));
    return;
  }
  if (/\.(mdf|ndf|ldf)$/i.test(node.name) && (await isSqlFile(bytes))) {
    work.found.add('database', subject, 'passed', sqlSentence(await readSqlFile(bytes)));
    return;
  }
  work.found.add('database', subject, 'not-checked', says('database-unknown'));
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

function eseSentence(database: EseDatabase, missing: readonly number[]): EvidenceSentence {
  const { version, fromCopy, logsRequired } = database;
  const what = { version, shutdown: database.state.replaceAll('-', ' ') };
  if (logsRequired === null) return says(fromCopy ? 'ese-copy-sound' : 'ese-sound', what);
  const { from, to } = logsRequired;
  const logs = from === to ? hex(from) : `${hex(from)} to ${hex(to)}`;
  if (missing.length === 0) return says(fromCopy ? 'ese-copy-logs' : 'ese-logs', { ...what, logs });
  return says(fromCopy ? 'ese-copy-missing' : 'ese-missing', { ...what, logs, missing: missing.length });
}

function hex(generation: number): string {
  return `0x${generation.toString(16).padStart(8, '0')}`;
}

function sqlSentence({ role, database, release, version, state }: SqlFile): EvidenceSentence {
  if (role !== 'primary') return says(role === 'log' ? 'sql-log' : 'sql-secondary');
  const of = { name: database ?? '', version: release === null ? String(version) : `${version} (${release})` };
  return says(state === 'closed' ? 'sql-closed' : 'sql-in-use', of);
}
