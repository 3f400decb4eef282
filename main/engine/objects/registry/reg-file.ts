import type { Hive, HiveKey } from './hive.ts';
import { corrupt } from './layout.ts';
import type { HiveValue } from './values.ts';

/**
 * A key of a hive as a registration file, version 5.00, as `regedit` writes and reads it. [REG] is Microsoft, "How to add, modify, or
 * delete registry subkeys and values by using a .reg file". The file is UTF-16LE with its mark.
 */
export interface RegFileOptions {
  /** The key under which the exported one stands in the file: `HKEY_LOCAL_MACHINE\SYSTEM\Select`. */
  readonly under: string;
  readonly signal?: AbortSignal;
  /** What was left out: damage, and names that a line cannot hold. */
  readonly onSkip: (subject: string, error: unknown) => void;
}

export interface WrittenReg {
  readonly keys: number;
  readonly values: number;
}

const deepest = 512;
const mostKeys = 4_000_000;
const largestValue = 64 * 1024 * 1024;
const lineWidth = 80;

/** Pieces of the file, in order, and at the end what was written. */
export async function* writeRegFile(hive: Hive, key: HiveKey, options: RegFileOptions): AsyncGenerator<Buffer, WrittenReg> {
  const count = { keys: 0, values: 0 };
  yield Buffer.from('\ufeffWindows Registry Editor Version 5.00\r\n\r\n', 'utf16le');
  // The way is kept here and not on the stack: a hostile hive may be as deep as it is large.
  const open: { readonly path: string; readonly keys: AsyncIterator<HiveKey> }[] = [];
  const enter = async (path: string, one: HiveKey): Promise<Buffer> => {
    count.keys += 1;
    if (count.keys > mostKeys) throw corrupt('key', { keys: count.keys });
    const keys = hive.subkeys(one, (error) => options.onSkip(path, error))[Symbol.asyncIterator]();
    open.push({ path, keys });
    const lines = [`[${path}]\r\n`];
    for (const value of await hive.values(one, (error) => options.onSkip(path, error))) {
      const line = await valueLine(hive, value, (error) => options.onSkip(`${path}\\${value.name}`, error));
      if (line === undefined) continue;
      lines.push(line);
      count.values += 1;
    }
    return Buffer.from(`${lines.join('')}\r\n`, 'utf16le');
  };
  yield await enter(options.under, key);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    options.signal?.throwIfAborted();
    const { value: next, done } = await top.keys.next();
    if (done === true) {
      open.pop();
      continue;
    }
    const path = `${top.path}\\${next.name}`;
    if (open.length > deepest) options.onSkip(path, corrupt('key', { levels: open.length }));
    else if (!isNameable(next.name)) options.onSkip(path, corrupt('key', { name: 'has a line break, a backslash or a zero' }));
    else yield await enter(path, next);
  }
  return count;
}

async function valueLine(hive: Hive, value: HiveValue, skip: (error: unknown) => void): Promise<string | undefined> {
  if (/[\r\n\0]/.test(value.name)) {
    skip(corrupt('value', { name: 'has a line break or a zero' }));
    return undefined;
  }
  try {
    if (value.sizeBytes > largestValue) throw corrupt('value', { bytes: value.sizeBytes });
    const name = value.name === '' ? '@' : `"${escaped(value.name)}"`;
    return dataLines(`${name}=`, value.type, await hive.data(value, value.sizeBytes));
  } catch (error) {
    skip(error);
    return undefined;
  }
}

/** [REG] a value's line: text, a number, or bytes with the type's number. */
export function dataLines(start: string, type: number, data: Buffer): string {
  if (type === 1 && isPlainText(data)) return `${start}"${escaped(data.toString('utf16le', 0, data.length - 2))}"\r\n`;
  if (type === 4 && data.length === 4) return `${start}dword:${data.readUInt32LE(0).toString(16).padStart(8, '0')}\r\n`;
  return hexLines(`${start}${type === 3 ? 'hex:' : `hex(${type.toString(16)}):`}`, data);
}

/** Pairs of digits, broken where a line would pass 80 columns, as regedit breaks them. */
function hexLines(start: string, data: Buffer): string {
  const parts: string[] = [start];
  let column = start.length;
  for (const [index, byte] of data.entries()) {
    const isLast = index === data.length - 1;
    parts.push(byte.toString(16).padStart(2, '0'), isLast ? '' : ',');
    column += 3;
    if (isLast || column < lineWidth - 3) continue;
    parts.push('\\\r\n  ');
    column = 2;
  }
  return `${parts.join('')}\r\n`;
}

/** Text that ends with its zero, has no other, and stays in its line. */
function isPlainText(data: Buffer): boolean {
  if (data.length < 2 || data.length % 2 !== 0 || data.readUInt16LE(data.length - 2) !== 0) return false;
  return !/[\0\r\n]/.test(data.toString('utf16le', 0, data.length - 2));
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

function isNameable(name: string): boolean {
  return name !== '' && !/[\\\r\n\0]/.test(name);
}
