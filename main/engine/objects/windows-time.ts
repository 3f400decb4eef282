const ticksPerMillisecond = 10_000n;
const epochTicks = 116_444_736_000_000_000n;

/** A FILETIME (MS-DTYP 2.3.3) in milliseconds since 1970; null for zero, and for what no date can be. */
export function fileTime(ticks: bigint): number | null {
  if (ticks === 0n) return null;
  const milliseconds = Number((ticks - epochTicks) / ticksPerMillisecond);
  return Math.abs(milliseconds) < 8.64e15 ? milliseconds : null;
}
