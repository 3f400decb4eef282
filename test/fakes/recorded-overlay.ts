import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OverlayFiles, RandomFile } from '#engine/blocks';

/** One call that changes files, as it was made. */
export type FileAct =
  | { readonly kind: 'write'; readonly file: string; readonly position: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly bytes: number }
  | { readonly kind: 'sync'; readonly file: string }
  | { readonly kind: 'replace'; readonly from: string; readonly to: string };

/** An overlay's real files, every change noted in its order. */
export function recordedOverlay(files: OverlayFiles): { readonly files: OverlayFiles; readonly acts: readonly FileAct[] } {
  const acts: FileAct[] = [];
  const recorded = (name: string, file: RandomFile): RandomFile => ({
    ...file,
    async write(position, bytes) {
      acts.push({ kind: 'write', file: name, position, bytes: Buffer.from(bytes) });
      await file.write(position, bytes);
    },
    async truncate(bytes) {
      acts.push({ kind: 'truncate', file: name, bytes });
      await file.truncate(bytes);
    },
    async sync() {
      await file.sync();
      acts.push({ kind: 'sync', file: name });
    },
  });
  return {
    acts,
    files: {
      open: async (name) => recorded(name, await files.open(name)),
      async replace(from, to) {
        await files.replace(from, to);
        acts.push({ kind: 'replace', from, to });
      },
    },
  };
}

/** What a power loss makes of a write that was not flushed yet. */
export type Fate = 'whole' | 'half' | 'lost';

interface Content {
  durable: Buffer;
  pending: FileAct[];
}

const sectorBytes = 512;

/** The files as the power left them after the first so many acts: what was flushed is there, of the rest `fate` decides. */
export async function leaveFiles(folder: string, acts: readonly FileAct[], fate: (act: FileAct) => Fate): Promise<void> {
  const contents = new Map<string, Content>();
  const of = (name: string): Content => {
    const known = contents.get(name) ?? { durable: Buffer.alloc(0), pending: [] };
    contents.set(name, known);
    return known;
  };
  for (const act of acts) {
    if (act.kind === 'replace') {
      contents.set(act.to, of(act.from));
      contents.delete(act.from);
    } else if (act.kind === 'sync') {
      const content = of(act.file);
      content.durable = content.pending.reduce((bytes, each) => applied(bytes, each, 'whole'), content.durable);
      content.pending = [];
    } else of(act.file).pending.push(act);
  }
  for (const [name, { durable, pending }] of contents)
    await writeFile(
      join(folder, name),
      pending.reduce((bytes, act) => applied(bytes, act, fate(act)), durable),
    );
}

function applied(before: Buffer, act: FileAct, fate: Fate): Buffer {
  if (fate === 'lost' || act.kind === 'sync' || act.kind === 'replace') return before;
  if (act.kind === 'truncate') {
    const bytes = Buffer.alloc(act.bytes);
    before.copy(bytes);
    return bytes;
  }
  const half = Math.floor(act.bytes.length / 2 / sectorBytes) * sectorBytes;
  // Data tears between sectors, the journal anywhere.
  const end = fate === 'whole' ? act.bytes.length : act.file === 'data' ? half : Math.floor(act.bytes.length / 2);
  const bytes = Buffer.alloc(Math.max(before.length, act.position + end));
  before.copy(bytes);
  act.bytes.copy(bytes, act.position, 0, end);
  return bytes;
}
