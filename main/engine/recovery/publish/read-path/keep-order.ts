import type { BootOrder } from './boot-order.ts';
import type { BootOrderFile } from './boot-order-file.ts';

/** How many more groups make it worth to write again, and the share of those that are known. */
const leastMore = 16;
const shareMore = 1 / 16;

/**
 * Writes an order down as it grows, so that a publisher that is killed leaves what it learned but for the last few groups: some 60 small
 * writes in all, one at a time, which no read waits for. `close` writes the rest.
 */
export function keepOrder(
  order: BootOrder,
  file: Pick<BootOrderFile, 'write'>,
  onFault: (error: unknown) => void,
): { close(): Promise<void> } {
  let kept = 0;
  let failed = false;
  let writing: Promise<void> | undefined;

  /** A hint that cannot be kept is told once, and missed by nobody. */
  const write = async (): Promise<void> => {
    const touched = order.touched();
    try {
      await file.write(order.offsets());
      kept = touched;
    } catch (error) {
      if (!failed) onFault(error);
      failed = true;
    }
  };
  const look = (): void => {
    if (failed || writing !== undefined || order.touched() < kept + Math.max(leastMore, kept * shareMore)) return;
    writing = write().finally(() => {
      writing = undefined;
      look();
    });
  };
  order.onTouch(look);
  return {
    async close() {
      while (writing !== undefined) await writing;
      if (order.touched() > kept) await write();
    },
  };
}
