const ticksPerMillisecond = 10_000n;
const ticksPerSecond = 10_000_000n;
const epochTicks = 116_444_736_000_000_000n;

/** A FILETIME (MS-DTYP 2.3.3) in milliseconds since 1970; null for zero, and for what no date can be. */
export function fileTime(ticks: bigint): number | null {
  if (ticks === 0n) return null;
  const milliseconds = Number((ticks - epochTicks) / ticksPerMillisecond);
  return Math.abs(milliseconds) < 8.64e15 ? milliseconds : null;
}

/** A FILETIME to its 100 nanoseconds: `2026-11-30T16:45:00.1234567Z`; the bare number for what no date can be. */
export function isoTime(ticks: bigint): string {
  const seconds = Number(ticks / ticksPerSecond) - Number(epochTicks / ticksPerSecond);
  if (Math.abs(seconds) >= 8.64e12) return String(ticks);
  return new Date(seconds * 1000).toISOString().replace('.000Z', `.${String(ticks % ticksPerSecond).padStart(7, '0')}Z`);
}
