import type { Clock } from '#engine/ports';
import type { WantedGroup } from './leaf-table.ts';

/** In which order a disk's data is wanted first, as a boot does it: learned in one publication, fetched ahead in the next. */
export interface BootOrder {
  /** Told of every use of a group; cheap once there is nothing more to learn. */
  touch(group: WantedGroup, offset: number): void;
  /** Where on the disk the first uses were, followed by what was known before and not used this time. */
  offsets(): readonly number[];
  /** Groups that were used so far. */
  touched(): number;
  /** Called after each. */
  onTouch(listener: () => void): void;
}

/** Of one disk: 1 GiB of groups. */
export const orderLimit = 4096;
/** What comes later is no boot any more. */
const learningMs = 10 * 60_000;

export function bootOrder(before: readonly number[], clock: Pick<Clock, 'now'>): BootOrder {
  const names = new Set<string>();
  const learned: number[] = [];
  const listeners: (() => void)[] = [];
  let began: number | undefined;
  let open = true;
  return {
    touch(group, offset) {
      if (!open || names.has(group.name)) return;
      const now = clock.now();
      began ??= now;
      open = names.size < orderLimit && now - began < learningMs;
      if (!open) return;
      names.add(group.name);
      learned.push(offset);
      for (const listener of listeners) listener();
    },
    offsets: () => [...new Set([...learned, ...before])].slice(0, orderLimit),
    touched: () => learned.length,
    onTouch: (listener) => void listeners.push(listener),
  };
}

const atOnce = 8;

/**
 * Fetches a known order ahead, never further ahead of what is used than `window` groups: what is fetched must not push out what was
 * fetched and not used yet. Where nobody uses anything it stops there.
 */
export function replayOrder(
  known: readonly number[],
  order: BootOrder,
  of: { readonly window: number; readonly fetch: (offset: number) => Promise<void> },
): void {
  let begun = 0;
  let running = 0;
  const go = (): void => {
    while (begun < known.length && running < atOnce && begun < order.touched() + of.window) {
      const offset = known[begun]!;
      begun += 1;
      running += 1;
      void of
        .fetch(offset)
        .catch(() => undefined)
        .then(() => {
          running -= 1;
          go();
        });
    }
  };
  order.onTouch(go);
  go();
}
