/** FILETIME counts 100 ns since 1601 (MS-DTYP 2.3.3). */
const unixEpoch = 116_444_736_000_000_000n;

export function nanosecondsOf(fileTime: bigint): bigint {
  return (fileTime - unixEpoch) * 100n;
}

/** Milliseconds since 1970, rounded down. */
export function millisecondsOf(fileTime: bigint): number {
  return Math.floor(Number((fileTime - unixEpoch) / 10n) / 1000);
}
