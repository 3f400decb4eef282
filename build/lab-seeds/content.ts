import { appendFileSync, closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';

/** States of each disk, a day apart; after the last comes the first again. */
export const days = 4;

export interface SeedDisk {
  readonly asset: string;
  readonly megabytes: number;
  readonly label: string;
  readonly fileSystem: 'ntfs' | 'ext4';
  readonly boots: boolean;
  /** Writes what the guest wrote on that day; `file` gives the path to write to. */
  fill(day: number, file: (path: string) => string): void;
}

/** A repeatable stream of numbers. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const syllables = 'ka ro mi ten sul var do lin pe gra sto ner al wi bu ches tor pan fel qui mo der ist ung ra'.split(' ');

function word(next: (below: number) => number): string {
  return Array.from({ length: 1 + next(3) }, () => syllables[next(syllables.length)]).join('');
}

const paragraphs = ((): readonly string[] => {
  const next = numbers(42);
  return Array.from({ length: 400 }, () => `${Array.from({ length: 30 + next(40) }, () => word(next)).join(' ')}.\n`);
})();

/** Text of about that many bytes: paragraphs of the pool in an order of its own. */
export function text(bytes: number, seed: number): string {
  const next = numbers(seed * 7919 + 13);
  const parts: string[] = [];
  for (let length = 0; length < bytes; length += parts.at(-1)!.length) parts.push(paragraphs[next(paragraphs.length)]!);
  return parts.join('').slice(0, bytes);
}

function operatingSystem(day: number, file: (path: string) => string): void {
  if (day > 0) {
    appendFileSync(file('Windows/Logs/system.log'), text(20_000, 9_000 + day));
    return;
  }
  for (let index = 0; index < 60; index += 1)
    writeFileSync(file(`Windows/System32/module${index}.dll`), text(260_000, 100 + index));
  for (let index = 0; index < 200; index += 1)
    writeFileSync(file(`Windows/WinSxS/part${index}.manifest`), text(1_500 + index * 20, 400 + index));
  writeFileSync(file('Windows/Logs/system.log'), text(200_000, 9_000));
}

function fileServer(day: number, file: (path: string) => string): void {
  operatingSystem(day, file);
  if (day === 0) {
    for (let index = 0; index < 120; index += 1)
      writeFileSync(file(`Shares/Projects/P${index % 12}/report ${index}.txt`), text(120_000, 1_000 + index));
    for (let index = 0; index < 30; index += 1)
      writeFileSync(file(`Users/anna/Documents/letter ${index}.txt`), text(9_000, 2_000 + index));
    writeFileSync(file('Users/anna/Documents/budget.csv'), text(40_000, 77));
    writeFileSync(file('Users/anna/Documents/Gr\u00fc\u00dfe.txt'), 'Gr\u00fc\u00dfe aus dem Labor\n');
    return;
  }
  for (let index = day * 3; index < day * 3 + 4; index += 1)
    writeFileSync(file(`Shares/Projects/P${index % 12}/report ${index}.txt`), text(125_000, 3_000 + day * 100 + index));
  writeFileSync(file(`Users/anna/Documents/note of day ${day}.txt`), text(5_000, 4_000 + day));
  writeFileSync(file('Users/anna/Documents/budget.csv'), text(40_000 + day * 500, 77 + day));
  rmSync(file(`Users/anna/Documents/letter ${day}.txt`));
}

const pageBytes = 8192;
const databasePages = 2048;
/** A virtual log file: a header page that says whether it is in use, and records. */
export const vlfBytes = 1024 * 1024;
const vlfCount = 8;

function database(day: number, file: (path: string) => string): void {
  const data = file('Data/orders.mdf');
  const log = file('Data/orders.ldf');
  if (day === 0) {
    writeFileSync(
      data,
      Buffer.concat(Array.from({ length: databasePages }, (_, page) => Buffer.from(text(pageBytes, 5_000 + page)))),
    );
    writeFileSync(log, Buffer.alloc(vlfBytes * vlfCount));
    for (let vlf = 0; vlf < vlfCount; vlf += 1) writePart(log, vlf * vlfBytes, vlfHeader(vlf, vlf === 0));
    writeFileSync(file('Data/readme.txt'), 'The orders database of the lab.\n');
  } else {
    const next = numbers(day);
    for (let count = 0; count < 60; count += 1)
      writePart(data, next(databasePages) * pageBytes, Buffer.from(text(pageBytes, 20_000 + day * 100 + count)));
  }
  writePart(log, day * vlfBytes, vlfHeader(day, true));
  writePart(log, day * vlfBytes + pageBytes, Buffer.from(text(300_000, 6_000 + day)));
}

function vlfHeader(vlf: number, active: boolean): Buffer {
  return Buffer.from(`VLF ${vlf} ${active ? 'ACTIVE  ' : 'INACTIVE'}`.padEnd(512));
}

function writePart(path: string, position: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, position);
  closeSync(file);
}

function linux(day: number, file: (path: string) => string): void {
  if (day > 0) {
    appendFileSync(file('var/log/syslog'), text(60_000, 8_000 + day));
    writeFileSync(file(`srv/www/page${day}.html`), text(30_000, 8_100 + day));
    return;
  }
  for (let index = 0; index < 40; index += 1) writeFileSync(file(`usr/lib/lib${index}.so`), text(200_000, 7_000 + index));
  for (let index = 0; index < 100; index += 1)
    writeFileSync(file(`etc/service${index}.conf`), text(900 + index * 7, 7_500 + index));
  writeFileSync(file('etc/hostname'), 'lnx01\n');
  writeFileSync(file('var/log/syslog'), text(400_000, 8_000));
}

export const disks: readonly SeedDisk[] = [
  { asset: 'fs01', megabytes: 128, label: 'FS01', fileSystem: 'ntfs', boots: true, fill: fileServer },
  { asset: 'app01-os', megabytes: 96, label: 'APP01', fileSystem: 'ntfs', boots: true, fill: operatingSystem },
  { asset: 'app01-data', megabytes: 64, label: 'DATA', fileSystem: 'ntfs', boots: false, fill: database },
  { asset: 'lnx01', megabytes: 96, label: 'LNX01', fileSystem: 'ext4', boots: true, fill: linux },
];
