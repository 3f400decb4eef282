import { randomBytes } from 'node:crypto';
import { open, readdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { flushFolder } from './flush-folder.ts';
import { renameBusy } from './rename-busy.ts';

/** A part that was not touched for so long has lost its writer. */
const leftAfterMs = 60 * 60 * 1000;

/**
 * Puts a small file in its place as a whole: written beside it, flushed, renamed. Who reads it meanwhile, or after a power loss, finds the
 * old one or the new one; of several that write it at once each writes a part of its own, and the last one's stays. Only its owner may
 * read it. Errors are those of the file system.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const part = `${path}.${randomBytes(8).toString('hex')}.new`;
  try {
    const writtenAt = await writePart(part, content);
    await renameBusy(part, path);
    await flushFolder(dirname(path));
    await sweepParts(path, writtenAt);
  } catch (error) {
    // Gone already where it has its name; what cannot go is swept by a later write.
    await unlink(part).catch(() => undefined);
    throw error;
  }
}

/** When that was, by the clock of the file system. */
async function writePart(part: string, content: string | Uint8Array): Promise<number> {
  const file = await open(part, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
    return (await file.stat()).mtimeMs;
  } finally {
    await file.close();
  }
}

/** Parts of writers that died. The file is in its place: what cannot be looked at or removed waits for the next write. */
async function sweepParts(path: string, now: number): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)];
  const parts = (await readdir(folder).catch(() => [])).filter((each) => isPartOf(each, name));
  for (const part of parts.map((each) => join(folder, each))) {
    const found = await stat(part).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < now - leftAfterMs) await unlink(part).catch(() => undefined);
  }
}

/** Earlier versions had one name for all parts. */
function isPartOf(name: string, of: string): boolean {
  return name.startsWith(`${of}.`) && /^(?:[0-9a-f]{16}\.)?new$/.test(name.slice(of.length + 1));
}
