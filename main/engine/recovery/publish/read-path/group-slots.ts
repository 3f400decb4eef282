import type { Proved } from './proofs.ts';

/** Opened groups in memory that the reading threads share: one piece of it, cut into slots of which each holds a group. */
export interface GroupSlots {
  readonly memory: SharedArrayBuffer;
  readonly count: number;
  /** The slot of a group; counts as a use. */
  find(name: string): GroupContent | undefined;
  has(name: string): boolean;
  /** A slot to be filled: one that was not used for long, and whose group is gone now. Undefined when all are being filled. */
  take(): number | undefined;
  /** The slot holds the group from now on. */
  fill(slot: number, name: string, content: GroupContent): void;
  /** It was taken and will not be filled. */
  giveBack(slot: number): void;
}

/** A group's bytes, and which of its chunks were proved to be what their ids name. */
export interface GroupContent {
  readonly bytes: Buffer;
  readonly proved: Proved;
}

/** What most groups fit into (docs/repository-format.md, "Packs"); larger ones are not kept. */
export const slotBytes = 256 * 1024;

type Slot =
  | { readonly state: 'free' }
  | { readonly state: 'filling' }
  | { readonly state: 'full'; readonly name: string; readonly content: GroupContent };
const free: Slot = { state: 'free' };

export function groupSlots(cacheBytes: number): GroupSlots {
  const count = Math.max(16, Math.floor(cacheBytes / slotBytes));
  const memory = new SharedArrayBuffer(count * slotBytes);
  const slots: Slot[] = Array.from({ length: count }, () => free);
  /** Used since the hand last came by: it is passed over once more. */
  const used = new Uint8Array(count);
  const places = new Map<string, number>();
  let hand = 0;
  return {
    memory,
    count,
    has: (name) => places.has(name),
    find(name) {
      const at = places.get(name);
      const slot = at === undefined ? undefined : slots[at];
      if (at === undefined || slot?.state !== 'full') return undefined;
      used[at] = 1;
      return slot.content;
    },
    take() {
      for (let steps = 0; steps < 2 * count; steps += 1) {
        const at = hand;
        hand = (hand + 1) % count;
        const slot = slots[at]!;
        if (slot.state === 'filling') continue;
        if (slot.state === 'full' && used[at] === 1) {
          used[at] = 0;
          continue;
        }
        if (slot.state === 'full') places.delete(slot.name);
        slots[at] = { state: 'filling' };
        return at;
      }
      return undefined;
    },
    fill(at, name, content) {
      slots[at] = { state: 'full', name, content };
      used[at] = 1;
      places.set(name, at);
    },
    giveBack: (at) => {
      slots[at] = free;
    },
  };
}

export function slotOf(memory: SharedArrayBuffer, slot: number): Buffer {
  return Buffer.from(memory, slot * slotBytes, slotBytes);
}
