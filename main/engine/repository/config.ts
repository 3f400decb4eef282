import { literal, number, object } from 'valibot';
import { count, hasCode, HostkeepError, hex } from '#contract';
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
/** What every version has, so that a newer one is told as such. */
const configSchema = object({ format: literal(format), version: number(), id: hex(16), createdAt: count });

export async function writeConfig(storage: Storage, config: RepositoryConfig): Promise<void> {
  await storage.write('config', writeCheckedText({ format, version, ...config }));
}

/** @throws HostkeepError repository/not-found, repository/config-damaged, repository/version-unsupported */
export async function readConfig(storage: Storage): Promise<RepositoryConfig> {
  return parseConfig(await readFile(storage));
}

/** From here on nothing is done to a storage under the same path that is not this one. @throws HostkeepError like readConfig */
export async function anchorToConfig(storage: Storage): Promise<RepositoryConfig> {
  const bytes = await readFile(storage);
  const config = parseConfig(bytes);
  storage.anchor({ file: 'config', content: bytes.toString('latin1') });
  return config;
}

function parseConfig(bytes: Buffer): RepositoryConfig {
  const config = parseCheckedText(bytes, configSchema, {
    code: 'repository/config-damaged',
    details: { file: 'config' },
  });
  if (config.version !== version) throw new HostkeepError('repository/version-unsupported', { version: config.version });
  return { id: config.id, createdAt: config.createdAt };
}

async function readFile(storage: Storage): Promise<Buffer> {
  try {
    return await storage.readAll('config', limitBytes);
  } catch (error) {
    throw hasCode(error, 'storage/not-found') ? new HostkeepError('repository/not-found', {}, error) : error;
  }
}

/** Needs no key. @throws HostkeepError like readConfig */
export async function readRepositoryId(storage: Storage): Promise<string> {
  return (await readConfig(storage)).id;
}
