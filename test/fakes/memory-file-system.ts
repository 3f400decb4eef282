import { HostkeepError, type ErrorCode } from '#contract';
import type { FileDetails, FileKind, FileNode, FileRange, FileSystem } from '../../main/engine/formats/file-system.ts';

/** A file of a guest that a test makes up. Names may be anything: that is the point. */
export interface MemoryFile {
  readonly name: string;
  readonly content?: Buffer;
  readonly children?: readonly MemoryFile[];
  readonly target?: string;
  readonly unreadable?: ErrorCode;
  readonly streams?: Readonly<Record<string, Buffer>>;
  /** Equal for the names of one file. */
  readonly id?: number;
  readonly links?: number;
  readonly modified?: number;
  /** Permissions of a Unix guest. */
  readonly mode?: number;
  /** A size that is nothing but a hole. */
  readonly holeBytes?: number;
  /** Called before each read; throws to fail it. */
  readonly onRead?: (offset: number) => void;
}

/** A guest's file system in memory, for what no driver lets one make: hostile names, files that fail half-way. */
export function memoryFileSystem(children: readonly MemoryFile[], kind: FileSystem['kind'] = 'ntfs'): FileSystem {
  const files = new Map<number, MemoryFile>();
  let next = 1000;
  const nodeOf = (file: MemoryFile): FileNode => {
    const id = file.id ?? (next += 1);
    files.set(id, file);
    const type: FileKind = file.children !== undefined ? 'folder' : file.target !== undefined ? 'symlink' : 'file';
    return {
      id,
      name: file.name,
      type,
      sizeBytes: file.holeBytes ?? file.content?.length ?? 0,
      modified: file.modified ?? 1_700_000_000_000,
      unreadable: file.unreadable ?? null,
    };
  };
  const root = nodeOf({ name: '', children });
  const of = (node: FileNode): MemoryFile => files.get(node.id)!;
  const list = async (folder: FileNode): Promise<readonly FileNode[]> => (of(folder).children ?? []).map(nodeOf);
  return {
    kind,
    label: 'memory',
    root: async () => root,
    list,
    child: async (folder, name) => (await list(folder)).find((node) => node.name === name),
    details: async (node) => detailsOf(of(node)),
    async read(node, offset, target) {
      const { content = Buffer.alloc(0), onRead } = of(node);
      onRead?.(offset);
      content.copy(target, 0, offset, offset + target.byteLength);
    },
    async readStream(node, name, offset, target) {
      const content = of(node).streams?.[name];
      if (content === undefined) throw new HostkeepError('recovery/path-not-found', { path: name });
      content.copy(target, 0, offset, offset + target.byteLength);
    },
    ranges: async (node): Promise<readonly FileRange[]> => [
      { offset: 0, length: node.sizeBytes, volumeOffset: of(node).holeBytes === undefined ? 0 : null },
    ],
    linkTarget: async (node) => of(node).target!,
    async *scan() {},
    async *freeRanges() {},
    state: async () => ({ clean: true, freeSpace: 'exact', note: null, version: '', clusterBytes: 4096 }),
  };
}

function detailsOf(file: MemoryFile): FileDetails {
  const modified = BigInt(file.modified ?? 1_700_000_000_000) * 1_000_000n;
  return {
    times: { created: modified, modified, accessed: modified, changed: modified },
    windowsAttributes: 0x20,
    unix: file.mode === undefined ? null : { mode: file.mode, uid: 1000, gid: 1000 },
    links: file.links ?? 1,
    allocatedBytes: file.content?.length ?? 0,
    streams: Object.entries(file.streams ?? {}).map(([name, content]) => ({ name, sizeBytes: content.length })),
    security: null,
    xattrs: [],
    reparse: null,
    storage: 'plain',
    unreadable: file.unreadable ?? null,
  };
}
