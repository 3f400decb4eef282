import type { FileTimes } from '../file-system.ts';
import { fatTime } from '../fat/times.ts';
import type { ExfatEntry } from './entries.ts';

const minute = 60_000;

/** [EXFAT 7.4.5 to 7.4.10]: local time, with its distance from UTC in quarters of an hour where the writer gave it. */
function timeAt(raw: Buffer, at: number, tenAt: number | undefined, offsetAt: number): number | null {
  const value = raw.readUInt32LE(at);
  const local = fatTime(value >>> 16, value & 0xffff, tenAt === undefined ? 0 : raw[tenAt]!);
  if (local === null) return null;
  const offset = raw[offsetAt]!;
  if ((offset & 0x80) === 0) return local;
  const quarters = (offset & 0x40) === 0 ? offset & 0x3f : (offset & 0x3f) - 64;
  return local - quarters * 15 * minute;
}

export function modifiedOf({ raw }: ExfatEntry): number | null {
  return timeAt(raw, 12, 21, 23);
}

export function timesOf(entry: ExfatEntry): FileTimes {
  const { raw } = entry;
  const nanoseconds = (value: number | null): bigint | null => (value === null ? null : BigInt(value) * 1_000_000n);
  return {
    created: nanoseconds(timeAt(raw, 8, 20, 22)),
    modified: nanoseconds(modifiedOf(entry)),
    accessed: nanoseconds(timeAt(raw, 16, undefined, 24)),
    changed: null,
  };
}
