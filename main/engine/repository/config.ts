import { hasCode, HostkeepError } from '#contract';
import type { Storage } from '#engine/storage';
import { parseCheckedText, writeCheckedText } from './checked-text.ts';

/** What can be known of a repository without its key. */
export interface RepositoryConfig {
  readonly id: string;
  readonly createdAt: number;
}

const format = 'hostkeep-repository';
const version = 1;
const limitBytes = 64 * 1024;

export async function writeConfig(storage: Storage, config: RepositoryConfig): Promise<void> {
  await storage.write('config', writeCheckedText({ format, version, ...config }));
}

/** @throws HostkeepError repository/not-found, repository/config-damaged, repository/version-unsupported */
export async function readConfig(storage: Storage): Promise<RepositoryConfig> {
  const value = parseCheckedText(await readFile(storage));
  if (value === undefined || value['format'] !== format || typeof value['id'] !== 'string')
    throw new HostkeepError('repository/config-damaged', { file: 'config' });
  if (value['version'] !== version)
    throw new HostkeepError('repository/version-unsupported', { version: String(value['version']) });
  return { id: value['id'], createdAt: Number(value['createdAt']) };
}

async function readFile(storage: Storage): Promise<Buffer> {
  try {
    return await storage.readAll('config', limitBytes);
  } catch (error) {
    throw hasCode(error, 'storage/not-found') ? new HostkeepError('repository/not-found', {}, error) : error;
  }
}
