import { readEseLog, type EseDatabase, type EseLog } from '#engine/objects';
import type { ObjectFile } from './object-file.ts';

export interface EseLogFile extends EseLog {
  readonly file: ObjectFile;
}

const mostLogsListed = 20_000;
const mostRequired = 20_000;

/** Log files that belong to a database, by the signature in their headers. */
export async function logsOf(
  database: Pick<EseDatabase, 'logSignature'>,
  files: readonly ObjectFile[],
  signal?: AbortSignal,
): Promise<readonly EseLogFile[]> {
  const found: EseLogFile[] = [];
  for (const file of files.filter(({ node }) => /\.(log|jtx)$/i.test(node.name)).slice(0, mostLogsListed)) {
    signal?.throwIfAborted();
    if (file.node.unreadable !== null) continue;
    const log = await readEseLog(file.bytes);
    if (log?.signature === database.logSignature) found.push({ ...log, file });
  }
  return found;
}

/** Generations that the database needs, and that are not among its logs. */
export function missingLogs({ logsRequired }: Pick<EseDatabase, 'logsRequired'>, logs: readonly EseLog[]): readonly number[] {
  if (logsRequired === null) return [];
  const present = new Set(logs.map(({ generation }) => generation));
  const missing: number[] = [];
  const last = Math.min(logsRequired.to, logsRequired.from + mostRequired);
  for (let one = logsRequired.from; one <= last; one += 1) if (!present.has(one)) missing.push(one);
  return missing;
}
