import { asHostkeepError, HostkeepError, type DamageView, type HiveKeyView, type HiveValueRow } from '#contract';
import { valueText, type Hive, type HiveKey, type HiveValue } from '#engine/objects';
import { hiveIn } from './hive-logs.ts';
import type { ObjectFile } from './object-file.ts';

export interface KeyWanted {
  /** By `\`, or `/` where there is none, from the hive's root; empty for the root. */
  readonly key: string;
  /** Keys and values at most. */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

const mostDamage = 100;
const shownBytes = 64 * 1024;

/** What is in a key. @throws HostkeepError recovery/key-not-found, format/registry-corrupt */
export async function listHiveKey(file: ObjectFile, { key, limit, signal }: KeyWanted): Promise<HiveKeyView> {
  const damage: DamageView[] = [];
  const tell = (error: unknown): void => {
    const { code, message } = asHostkeepError(error);
    if (damage.length < mostDamage) damage.push({ code, reason: message });
  };
  const { hive, replayed, stale } = await hiveIn(file);
  const found = await findKey(hive, key);
  const keys: HiveKey[] = [];
  for await (const one of hive.subkeys(found.node, tell)) {
    signal?.throwIfAborted();
    keys.push(one);
    if (keys.length > limit) break;
  }
  const values: HiveValueRow[] = [];
  const all = await hive.values(found.node, tell);
  for (const value of all.slice(0, limit)) {
    signal?.throwIfAborted();
    const row = await valueRow(hive, value, tell);
    if (row !== undefined) values.push(row);
  }
  return {
    key: found.names.join('\\'),
    lastWritten: found.node.lastWritten,
    keys: keys
      .slice(0, limit)
      .map(({ name, lastWritten, subkeys, values: count }) => ({ name, lastWritten, keys: subkeys, values: count })),
    values,
    replayed,
    stale,
    more: keys.length > limit || all.length > limit,
    damage,
  };
}

export interface FoundKey {
  readonly node: HiveKey;
  /** As the hive spells them. */
  readonly names: readonly string[];
}

/** Names are parted by `\\`; where there is none, by `/`, which a name may hold too. @throws HostkeepError recovery/key-not-found */
export async function findKey(hive: Hive, key: string): Promise<FoundKey> {
  const names: string[] = [];
  let node = await hive.root();
  for (const name of key.split(key.includes('\\') ? '\\' : '/').filter((part) => part !== '')) {
    const next = await hive.child(node, name);
    if (next === undefined) throw new HostkeepError('recovery/key-not-found', { key: [...names, name].join('\\') });
    names.push(next.name);
    node = next;
  }
  return { node, names };
}

async function valueRow(hive: Hive, value: HiveValue, tell: (error: unknown) => void): Promise<HiveValueRow | undefined> {
  try {
    const data = await hive.data(value, shownBytes);
    const { name, type, typeName, sizeBytes } = value;
    return { name, type: typeName, sizeBytes, text: valueText(type, data), truncated: data.length < sizeBytes };
  } catch (error) {
    tell(error);
    return undefined;
  }
}
