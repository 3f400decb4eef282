import { HostkeepError } from '#contract';
import { isHive, openHive, readHiveLog, replayLogs, type Hive } from '#engine/objects';
import { filesBeside, type ObjectFile } from './object-file.ts';

/** The logs of a hive that hold something. */
export async function hiveLogs(file: ObjectFile): Promise<readonly ObjectFile[]> {
  const own = file.node.name.toLowerCase();
  const found: ObjectFile[] = [];
  for (const beside of await filesBeside(file)) {
    const name = beside.node.name.toLowerCase();
    if (![`${own}.log`, `${own}.log1`, `${own}.log2`].includes(name) || beside.node.unreadable !== null) continue;
    if ((await readHiveLog(beside.bytes)) !== undefined) found.push(beside);
  }
  return found;
}

export interface OpenedHive {
  readonly hive: Hive;
  /** Entries of its logs that were put in place, in memory: what Windows would have done when it loads it. */
  readonly replayed: number;
  /** It is dirty, and no log ends that. */
  readonly stale: boolean;
}

/** A hive as Windows would see it. @throws HostkeepError recovery/not-an-object, format/registry-corrupt */
export async function hiveIn(file: ObjectFile): Promise<OpenedHive> {
  const { bytes, path } = file;
  if (!(await isHive(bytes))) throw new HostkeepError('recovery/not-an-object', { path, expected: 'registry hive' });
  const hive = await openHive(bytes);
  if (!hive.state.dirty) return { hive, replayed: 0, stale: false };
  const logs = await hiveLogs(file);
  const { bytes: replayed, entries } = await replayLogs(
    bytes,
    logs.map((log) => log.bytes),
  );
  return entries === 0 ? { hive, replayed: 0, stale: true } : { hive: await openHive(replayed), replayed: entries, stale: false };
}
