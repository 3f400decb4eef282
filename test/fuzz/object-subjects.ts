import { crc32 } from 'node:zlib';
import { HostkeepError } from '#contract';
import {
  checkHive,
  openEventLog,
  openHive,
  readEseDatabase,
  readEseLog,
  readHiveLog,
  readSqlFile,
  replayLogs,
  writeRegFile,
  xmlText,
  type ObjectBytes,
} from '#engine/objects';
import { writeEse, writeEseLog, writeMdf } from '../fixtures/database-headers.ts';
import { plainEventLog, sealChunkHeader } from '../fixtures/evtx-writer.ts';
import { sealHiveHead, sealLogEntry, writeHiveLog, writeLogEntry, writeOldHiveLog } from '../fixtures/hive-log-writer.ts';
import { writeHive, type KeyToWrite } from '../fixtures/hive-writer.ts';
import { coded, type Subject } from './disk-subject.ts';
import { mutate, type Numbers } from './mutate.ts';

/** Objects inside files: a sound one of our writers with some fields changed, and its checksums mostly made right again. */
export function objectSubjects(): readonly (readonly Subject[])[] {
  return [[hiveSubject(), hiveLogSubject()], [eventLogSubject()], [eseSubject()], [sqlSubject()]];
}

function over(bytes: Buffer): ObjectBytes {
  return {
    sizeBytes: bytes.length,
    async read(offset, target) {
      if (offset < 0 || offset + target.byteLength > bytes.length) throw new HostkeepError('format/out-of-bounds', { offset });
      target.set(bytes.subarray(offset, offset + target.byteLength));
    },
  };
}

/** Some places of a stretch, each by a few bytes around it. */
function change(bytes: Buffer, next: Numbers, from: number, to: number): void {
  for (let count = 1 + next(3); count > 0; count -= 1) {
    const at = from + next(Math.max(1, to - from - 24));
    mutate(bytes.subarray(at, Math.min(to, at + 24)), next);
  }
}

/** Damage is told, as long as it is one of ours. */
function tell(error: unknown): void {
  if (!(error instanceof HostkeepError)) throw error;
}

function keys(prefix: string, count: number): readonly KeyToWrite[] {
  return Array.from({ length: count }, (_, at) => ({
    name: `${prefix} ${at}`,
    values: [
      { name: 'text', type: 1, data: Buffer.from(`value ${at}\0`, 'utf16le') },
      { name: 'number', type: 4, data: Buffer.from([at, 0, 0, 0]) },
    ],
    keys: at % 4 === 0 ? [{ name: 'below', values: [{ name: '', type: 3, data: Buffer.alloc(200, at) }] }] : [],
  }));
}

const keysRead = 2000;

function hiveSubject(): Subject {
  const hives = (['lh', 'lf', 'li', 'ri'] as const).map((list) =>
    writeHive(
      {
        name: 'ROOT',
        keys: [...keys('key', 12), { name: 'big', values: [{ name: 'big', type: 3, data: Buffer.alloc(40_000, 1) }] }],
      },
      { list },
    ),
  );
  return {
    name: 'hive',
    async attempt(next) {
      const bytes = Buffer.from(hives[next(hives.length)]!);
      change(bytes, next, next(5) === 0 ? 0 : 4096, next(3) === 0 ? bytes.length : 4096 + 6000);
      await coded(async () => void (await checkHive(over(bytes))), undefined);
      await coded(async () => void (await readHiveLog(over(bytes))), undefined);
      const hive = await openHive(over(bytes));
      let pieces = 0;
      for await (const piece of writeRegFile(hive, await hive.root(), { under: 'X', onSkip: (_, error) => tell(error) }))
        if (piece.length === 0 || (pieces += 1) > keysRead) break;
    },
  };
}

/** A dirty hive whose log is hostile, and read with it. */
function hiveLogSubject(): Subject {
  const [from, to] = [6, 14].map((count) => writeHive({ name: 'ROOT', keys: keys('key', count) }, { sequences: [9, 6] })) as [
    Buffer,
    Buffer,
  ];
  const entry = writeLogEntry(from, to, 6);
  const old = writeOldHiveLog(from, to, 9);
  const changedLog = (next: Numbers): Buffer => {
    if (next(3) === 0) {
      const log = Buffer.from(old);
      // Behind its time: the size of the bins, the bitmap, the pages.
      change(log, next, 20, log.length);
      if (next(8) > 0) sealHiveHead(log);
      return log;
    }
    const changed = Buffer.from(entry);
    change(changed, next, 0, next(3) === 0 ? changed.length : 200);
    if (next(8) > 0) sealLogEntry(changed);
    return writeHiveLog(from, 6, [changed]);
  };
  return {
    name: 'hive-log',
    async attempt(next) {
      const { bytes } = await replayLogs(over(from), [over(changedLog(next))]);
      const hive = await openHive(bytes);
      let pieces = 0;
      for await (const piece of writeRegFile(hive, await hive.root(), { under: 'X', onSkip: (_, error) => tell(error) }))
        if (piece.length === 0 || (pieces += 1) > keysRead) break;
    },
  };
}

function eventLogSubject(): Subject {
  const log = plainEventLog(12, { eventsPerChunk: 6 });
  const chunkAt = (index: number): Buffer => log.subarray(4096 + index * 65_536, 4096 + (index + 1) * 65_536);
  const used = chunkAt(0).readUInt32LE(48);
  return {
    name: 'evtx',
    async attempt(next) {
      const bytes = Buffer.from(log);
      const chunk = bytes.subarray(4096, 4096 + 65_536);
      const where = next(8);
      if (where === 0) change(bytes, next, 0, 128);
      else if (where === 1) change(chunk, next, 0, 512);
      // The first record has the templates, with all their tokens.
      else change(chunk, next, 512, where < 6 ? 512 + 1800 : used);
      if (next(4) > 0) {
        bytes.writeUInt32LE(crc32(bytes.subarray(0, 120)), 124);
        const end = Math.min(65_536, Math.max(512, chunk.readUInt32LE(48)));
        chunk.writeUInt32LE(crc32(chunk.subarray(512, end)), 52);
        sealChunkHeader(chunk);
      }
      const opened = await openEventLog(over(bytes));
      for await (const event of opened.events({ newestFirst: next(2) === 0, onDamage: tell })) xmlText(event.xml);
    },
  };
}

function eseSubject(): Subject {
  const seeds = [
    writeEse({ state: 2, required: [3, 9] }),
    writeEse({ state: 3, pageBytes: 4096 }),
    writeEse({ state: 2, required: [1, 1], pageBytes: 32_768, pages: 2 }),
    writeEseLog(7),
  ];
  return {
    name: 'ese',
    async attempt(next) {
      const bytes = Buffer.from(seeds[next(seeds.length)]!);
      change(bytes, next, 0, 512);
      const page = bytes.readUInt32LE(236);
      const length = [2048, 4096, 8192, 16_384, 32_768].includes(page) && page <= bytes.length ? page : 4096;
      if (next(4) > 0) {
        let sum = 0x89abcdef;
        for (let at = 4; at < length; at += 4) sum ^= bytes.readUInt32LE(at);
        bytes.writeUInt32LE(sum >>> 0, 0);
      }
      await coded(async () => void (await readEseLog(over(bytes))), undefined);
      await readEseDatabase(over(bytes));
    },
  };
}

function sqlSubject(): Subject {
  const mdf = writeMdf({ name: 'Orders' });
  return {
    name: 'sql',
    async attempt(next) {
      const bytes = Buffer.from(mdf);
      const page = [0, 0, 1, 9][next(4)]! * 8192;
      change(bytes, next, page, page + 600);
      // Without the flag nothing is summed.
      if (next(4) > 0) bytes.writeUInt16LE(0, page + 4);
      await readSqlFile(over(next(8) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes));
    },
  };
}
