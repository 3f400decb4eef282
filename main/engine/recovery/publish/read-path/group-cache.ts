import { giveBack } from '#engine/bytes';
import type { Proved } from './proofs.ts';

/** A group's bytes, and which of its chunks were proved to be what their ids name. */
export interface GroupContent {
  readonly bytes: Buffer;
  readonly proved: Proved;
}

/** Opened groups in memory. Of more than it may hold those go that were not used for long, and their memory with them. */
export interface GroupCache {
  /** Groups of the usual size that it holds. */
  readonly count: number;
  /** Counts as a use. The content may be gone as soon as something is added. */
  find(name: string): GroupContent | undefined;
  has(name: string): boolean;
  add(name: string, content: GroupContent): void;
}

/** Most groups (docs/repository-format.md, "Packs"). */
export const usualGroupBytes = 256 * 1024;
/** So that what is fetched ahead is still there when it is wanted. */
const leastGroups = 16;

interface Entry {
  readonly content: GroupContent;
  /** Since it was added, or last passed over: it is passed over once more. */
  used: boolean;
}

export function groupCache(cacheBytes: number): GroupCache {
  const count = Math.max(leastGroups, Math.floor(cacheBytes / usualGroupBytes));
  const limitBytes = count * usualGroupBytes;
  const entries = new Map<string, Entry>();
  let held = 0;

  const dropOldest = (): void => {
    const [name, entry] = entries.entries().next().value!;
    entries.delete(name);
    if (entry.used) {
      entry.used = false;
      entries.set(name, entry);
      return;
    }
    held -= memoryOf(entry.content);
    giveBack(entry.content.bytes);
  };
  return {
    count,
    has: (name) => entries.has(name),
    find(name) {
      const entry = entries.get(name);
      if (entry !== undefined) entry.used = true;
      return entry?.content;
    },
    add(name, content) {
      entries.set(name, { content, used: false });
      held += memoryOf(content);
      while (held > limitBytes) dropOldest();
    },
  };
}

/** Of a group that compressed well a little more is held than it has bytes. */
function memoryOf({ bytes }: GroupContent): number {
  return bytes.buffer.byteLength;
}
