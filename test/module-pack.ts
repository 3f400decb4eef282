/**
 * All modules of the sources and the tests in one file, their types taken away. A suite is some hundred processes and threads that load some
 * hundred modules each: finding, reading and stripping them one by one took more time than most tests.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['main', 'test', 'renderer', 'build'];

/** Where the text of a module lies behind the table: offset and length in bytes, by its place in the tree. */
export type ModuleTable = Readonly<Record<string, readonly [number, number]>>;

/** Writes the pack: u32 length of the table (little-endian), the table as JSON, the texts. */
export function writeModulePack(file: string): void {
  const table: Record<string, readonly [number, number]> = {};
  const texts: Buffer[] = [];
  let offset = 0;
  for (const place of folders.flatMap(sourcesBelow)) {
    const text = strippedText(readFileSync(join(root, place), 'utf8'));
    if (text === undefined) continue;
    table[place] = [offset, text.length];
    texts.push(text);
    offset += text.length;
  }
  const json = Buffer.from(JSON.stringify(table));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(json.length, 0);
  writeFileSync(file, Buffer.concat([head, json, ...texts]));
}

function sourcesBelow(folder: string): readonly string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length).replaceAll('\\', '/'));
}

/** Undefined where it is not to be stripped: whoever loads it is told by Node. */
function strippedText(source: string): Buffer | undefined {
  try {
    return Buffer.from(stripTypeScriptTypes(source));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
