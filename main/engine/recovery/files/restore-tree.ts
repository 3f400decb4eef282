import { asHostkeepError, hasCode, HostkeepError, type ErrorCode, type OnProgress } from '#contract';
import type { FileNode, FileSystem } from '../../formats/file-system.ts';
import { safeName } from '../safe-name.ts';
import { contentPieces, streamPieces } from './pieces.ts';
import { safeLinkTarget } from './safe-link.ts';
import { sidecarLine } from './sidecar-line.ts';
import type { FileTarget, FileToWrite, Piece, WrittenEntry } from './target.ts';

export interface SkippedFile {
  readonly path: string;
  readonly code: ErrorCode;
  readonly reason: string;
}

export interface RestoredFiles {
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  /** Further names of files that were restored already. */
  readonly hardLinks: number;
  readonly symbolicLinks: number;
  /** Alternate data streams. */
  readonly streams: number;
  /** Files that were there and stay. */
  readonly kept: number;
  /** What could not have its own name in the target. */
  readonly renamed: readonly { readonly path: string; readonly to: string }[];
  /** What could not be restored, and why; never restored as something else. */
  readonly skipped: readonly SkippedFile[];
  /** How many more there are of either; a guest decides how many there can be. */
  readonly untold: number;
}

export interface RestoreWatch {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** One tree of one file system, going into a target. */
export interface TreeToRestore {
  readonly system: FileSystem;
  /** The volume in the restore point: `/disk0/part2`. */
  readonly volume: string;
  /** What tells this restore point from others; half-written files of another are not gone on with. */
  readonly source: string;
}

const mostTold = 100_000;
/** More levels than this are a trap, or longer than any path here. */
const deepest = 1000;
const fatal = ['input/cancelled', 'recovery/target-full', 'recovery/target-failed'] as const;

export interface TreeRestore {
  /** Restores a file, or a folder with all it holds, into a folder of the target. */
  restore(tree: TreeToRestore, names: readonly string[], node: FileNode): Promise<void>;
  report(): RestoredFiles;
}

export function treeRestore(target: FileTarget, watch: RestoreWatch): TreeRestore {
  const counts = { files: 0, folders: 0, bytes: 0, hardLinks: 0, symbolicLinks: 0, streams: 0, kept: 0 };
  const renamed: { path: string; to: string }[] = [];
  const skipped: SkippedFile[] = [];
  let [totalBytes, untold] = [0, 0];

  const skip = (path: string, error: unknown): void => {
    const { code, message } = asHostkeepError(error);
    if (skipped.length < mostTold) skipped.push({ path, code, reason: message });
    else untold += 1;
  };
  const visit = async (at: Place, node: FileNode): Promise<void> => {
    if (watch.signal.aborted) throw new HostkeepError('input/cancelled');
    try {
      if (at.names.length > deepest) throw new HostkeepError('recovery/path-too-long', { levels: at.names.length });
      if (node.unreadable !== null) throw new HostkeepError(node.unreadable, { name: node.name });
      if (node.type === 'folder') await folder(at, node);
      else if (node.type === 'symlink') await link(at, node);
      else if (node.type === 'file') await file(at, node);
      else throw new HostkeepError('recovery/not-a-file', { type: node.type });
    } catch (error) {
      // What is wrong with the target ends the restore; what is wrong with one file is told at the end.
      if (hasCode(error, ...fatal)) throw error;
      skip(pathOf(at), error);
    }
  };
  const folder = async (at: Place, node: FileNode): Promise<void> => {
    const { system } = at.tree;
    if (at.met.has(node.id)) throw new HostkeepError('format/folder-cycle', { name: node.name });
    at.met.add(node.id);
    const path = node.name === '' ? at.parent : await target.folder(at.parent, safeName(node.name));
    noteName(at, node, path);
    counts.folders += 1;
    const children = await system.list(node, { onDamage: (damage) => skip(pathOf(at), damage) });
    totalBytes += children.reduce((sum, child) => sum + (child.type === 'file' ? child.sizeBytes : 0), 0);
    for (const child of children)
      await visit({ ...at, names: [...at.names, child.name], parent: path, depth: at.depth + (node.name === '' ? 0 : 1) }, child);
    if (node.name === '') return;
    const details = await system.details(node);
    await extras(at, node, path, details);
    await target.finishFolder(path, details);
  };
  const file = async (at: Place, node: FileNode): Promise<void> => {
    const { system, volume, source } = at.tree;
    const details = await system.details(node);
    if (details.unreadable !== null) throw new HostkeepError(details.unreadable, { name: node.name });
    const wanted: FileToWrite = {
      name: safeName(node.name),
      linkKey: details.links > 1 ? `${volume}/${node.id}` : null,
      identity: `${source}${pathOf(at)}`,
      sizeBytes: node.sizeBytes,
      modified: node.modified,
      details,
      pieces: (from) => counted(contentPieces({ system, node, details }, from, watch.signal), watch.signal),
    };
    const written = await target.file(at.parent, wanted);
    noteName(at, node, written.path);
    count(written);
    if (written.outcome === 'written') await extras(at, node, written.path, details);
  };
  const count = ({ outcome }: WrittenEntry): void => {
    if (outcome === 'written') counts.files += 1;
    else if (outcome === 'linked') counts.hardLinks += 1;
    else counts.kept += 1;
  };
  const link = async (at: Place, node: FileNode): Promise<void> => {
    const { system } = at.tree;
    const leadsTo = await system.linkTarget(node);
    const safe = safeLinkTarget(leadsTo, at.depth, system.kind === 'ntfs');
    if (safe === undefined) throw new HostkeepError('recovery/unsafe-link', { target: leadsTo.slice(0, 300) });
    const written = await target.link(at.parent, safeName(node.name), safe);
    noteName(at, node, written.path);
    if (written.outcome === 'kept') counts.kept += 1;
    else counts.symbolicLinks += 1;
  };
  /** Streams, and what only a note can keep. */
  const extras = async (at: Place, node: FileNode, path: string, details: FileToWrite['details']): Promise<void> => {
    const streams: { name: string; sizeBytes: number; file: string | null }[] = [];
    for (const { name, sizeBytes } of details.streams) {
      try {
        const pieces = counted(streamPieces({ system: at.tree.system, node, name, sizeBytes }, watch.signal), watch.signal);
        streams.push({ name, sizeBytes, file: await target.stream(path, name, pieces) });
        counts.streams += 1;
      } catch (error) {
        if (hasCode(error, ...fatal)) throw error;
        skip(`${pathOf(at)}:${name}`, error);
      }
    }
    const line = sidecarLine({ path, from: pathOf(at), details, streams });
    if (line !== undefined) await target.note(line);
  };
  const noteName = (at: Place, node: FileNode, path: string): void => {
    const got = path.slice(path.lastIndexOf('/') + 1);
    if (node.name === '' || got === node.name) return;
    if (renamed.length < mostTold) renamed.push({ path: pathOf(at), to: path });
    else untold += 1;
  };
  async function* counted(pieces: AsyncIterable<Piece>, signal: AbortSignal): AsyncIterable<Piece> {
    for await (const piece of pieces) {
      if (signal.aborted) throw new HostkeepError('input/cancelled');
      yield piece;
      counts.bytes += piece.bytes.byteLength;
      watch.onProgress({ phase: 'restore', doneBytes: counts.bytes, totalBytes: Math.max(counts.bytes, totalBytes) });
    }
  }
  return {
    async restore(tree, names, node) {
      if (node.type === 'file') totalBytes += node.sizeBytes;
      await visit({ tree, names, parent: '', depth: 0, met: new Set() }, node);
    },
    report: () => ({ ...counts, renamed, skipped, untold }),
  };
}

interface Place {
  readonly tree: TreeToRestore;
  /** From the volume's root. */
  readonly names: readonly string[];
  /** The folder in the target. */
  readonly parent: string;
  /** Folders of the target above the entry. */
  readonly depth: number;
  /** Folders that were restored: one that is met again is in itself, or in two places, and is damaged. */
  readonly met: Set<number>;
}

function pathOf(at: Place): string {
  return `${at.tree.volume}/${at.names.join('/')}`;
}
