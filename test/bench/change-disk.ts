/** Rewrites 2 % of a disk in 64 KiB runs at 4 KiB alignment, half text, half noise: `change-disk.ts DISK RANGES.json`. */
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { numbers } from '../fuzz/mutate.ts';

const [disk = '', list = ''] = process.argv.slice(2);
const runBytes = 65_536;
const next = numbers(12_345);
const file = openSync(disk, 'r+');
const { size } = fstatSync(file);
const ranges: { readonly offset: number; readonly length: number }[] = [];
for (let done = 0; done < size * 0.02; done += runBytes) {
  const offset = next(size / 4096 - 16) * 4096;
  const text = Array.from({ length: 2_000 }, () => `line ${next(1_000_000)} of some text that goes on`).join('\n');
  writeSync(file, ranges.length % 2 === 0 ? Buffer.from(text.slice(0, runBytes)) : randomBytes(runBytes), 0, runBytes, offset);
  ranges.push({ offset, length: runBytes });
}
closeSync(file);
writeFileSync(list, JSON.stringify(ranges));
