import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HostkeepError, hasCode, type DrillReport, type KeptDrillRecord, type RunId } from '#contract';
import { checkDrillRecord } from '#engine/recovery';

const limit = 200;
/** Larger ones are none of ours. */
const fileLimitBytes = 20 * 1024 * 1024;

/** The newest records of this home, each as far as its signature holds; what is no record is passed over. Pictures stay in the files. */
export async function listDrillRecords(home: string): Promise<readonly DrillReport['record'][]> {
  const records: DrillReport['record'][] = [];
  for (const file of await newestFirst(join(home, 'drills'))) {
    if (records.length === limit) break;
    try {
      const { picture: _picture, ...record } = checkDrillRecord(await readFile(file, 'utf8'), null).record;
      records.push(record);
    } catch (error) {
      if (!hasCode(error, 'drill/record-malformed', 'drill/record-forged')) throw error;
    }
  }
  return records.sort((left, right) => (left.at < right.at ? 1 : -1));
}

/** One record of this home, as its file has it. @throws HostkeepError input/not-found, drill/record-malformed, drill/record-forged */
export async function readDrillRecord(home: string, run: RunId): Promise<KeptDrillRecord> {
  const text = await readFile(join(home, 'drills', `${run}.json`), 'utf8').catch((cause: unknown) => {
    throw new HostkeepError('input/not-found', { record: run }, cause);
  });
  return { text, ...checkDrillRecord(text, null) };
}

/** By when they were written: of years of drills only those that are shown are read. */
async function newestFirst(folder: string): Promise<readonly string[]> {
  const files = (await namesIn(folder)).filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
  const found = await Promise.all(files.map(async (file) => ({ file, is: await stat(file) })));
  return found
    .filter(({ is }) => is.isFile() && is.size <= fileLimitBytes)
    .sort((left, right) => right.is.mtimeMs - left.is.mtimeMs)
    .map(({ file }) => file);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new HostkeepError('state/damaged', { folder }, cause);
  }
}
