import { chunkIdBytes } from '../chunk-id.ts';
import { fanOut, unallocatedId, zeroId } from './layout.ts';

/** Stores a node as a chunk unless it is known already; returns its id. */
export type StoreNode = (bytes: Buffer) => Promise<Buffer>;

/** Builds the inner nodes over the ids of all leaves and returns the root's id. */
export async function writeTree(leafIds: Buffer, store: StoreNode): Promise<Buffer> {
  let level = leafIds;
  while (level.length > chunkIdBytes) {
    const parents: Buffer[] = [];
    for (let at = 0; at < level.length; at += fanOut * chunkIdBytes) {
      const children = level.subarray(at, at + fanOut * chunkIdBytes);
      parents.push(sameSentinel(children) ?? (await store(children)));
    }
    level = Buffer.concat(parents);
  }
  return level;
}

/** The sentinel that all children share, if they do. */
function sameSentinel(children: Buffer): Buffer | undefined {
  const candidates = [zeroId, unallocatedId];
  return candidates.find((sentinel) => {
    for (let at = 0; at < children.length; at += chunkIdBytes) {
      if (!children.subarray(at, at + chunkIdBytes).equals(sentinel)) return false;
    }
    return true;
  });
}
