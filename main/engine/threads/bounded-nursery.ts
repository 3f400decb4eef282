import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Three halves of it are in use while it is collected. */
const largestBytes = 16 * 1024 * 1024;

/**
 * Keeps V8 from giving more memory to what was just made, of which it takes up to 128 MiB where much is made and thrown away. To be called
 * now and then by long work that keeps little; the bound stays for the life of the process.
 */
export function boundNursery(): void {
  const nursery = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  if (nursery !== undefined && nursery.space_size >= largestBytes) setFlagsFromString('--semi-space-growth-factor=1');
}
