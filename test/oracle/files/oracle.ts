/**
 * What an oracle says of a volume, and the comparison of a reader with it. Each file system has one file beside this one that makes
 * volumes with the tools of the test bench and asks its oracles; `npm run oracle:files` runs them all and prints one table.
 */
import { createHash } from 'node:crypto';
import type { ErrorCode } from '#contract';
import type { TestContext } from 'node:test';
import type { FileKind, FileNode, FileSystem, ReparseKind } from '../../../main/engine/formats/file-system.ts';

/** One fact that must hold of a file. What is undefined is not compared. */
export interface ExpectedFile {
  /** Names joined by `/`, from the volume's root. */
  readonly path: string;
  /** Row of the table; the path's first folder when it is not given. */
  readonly feature?: string;
  /** Who said so. */
  readonly oracle: string;
  readonly type?: FileKind;
  readonly sizeBytes?: number;
  readonly modifiedNs?: bigint;
  /** For oracles that round down to seconds. */
  readonly modifiedSeconds?: number;
  /** Seconds that such an oracle rounds down to; 1 when it is not given. */
  readonly modifiedStep?: number;
  readonly createdNs?: bigint;
  readonly accessedNs?: bigint;
  readonly changedNs?: bigint;
  readonly sha256?: string;
  /** Bytes of a few stretches, where the whole is too long to be hashed. */
  readonly samples?: readonly { readonly offset: number; readonly bytes: Buffer }[];
  readonly streams?: readonly { readonly name: string; readonly sizeBytes: number; readonly sha256: string }[];
  readonly links?: number;
  readonly attributes?: number;
  readonly unix?: { readonly mode: number; readonly uid: number; readonly gid: number };
  readonly security?: Buffer;
  readonly xattrs?: Readonly<Record<string, Buffer>>;
  readonly kind?: ReparseKind;
  readonly target?: string;
  readonly unreadable?: ErrorCode;
}

export interface Compared {
  readonly feature: string;
  readonly oracle: string;
  readonly path: string;
  /** Empty when the reader agrees. */
  readonly differences: readonly string[];
}

/** A file system's volumes to compare, one a column of the table. */
export interface FileOracle {
  readonly fileSystem: string;
  /** Tools by their Debian packages, as `needs` takes them. */
  readonly tools: Readonly<Record<string, string>>;
  readonly variants: readonly string[];
  /** `scale` 1 is the small form of `npm test`; 4 is the whole. */
  compare(variant: string, scale: number, folder: string): Promise<readonly Compared[]>;
}

export type NeedsContext = Pick<TestContext, 'skip'>;

/** Finds every expected file by its path and compares all that is known of it. */
export async function compareFiles(system: FileSystem, expected: readonly ExpectedFile[]): Promise<readonly Compared[]> {
  const folders = new Map<string, FileNode>([['', await system.root()]]);
  const compared: Compared[] = [];
  for (const file of expected.toSorted((a, b) => a.path.split('/').length - b.path.split('/').length)) {
    const node = await nodeAt(system, folders, file.path);
    const differences = node === undefined ? ['not found'] : await differencesOf(system, node, file);
    compared.push({ feature: file.feature ?? file.path.split('/')[0]!, oracle: file.oracle, path: file.path, differences });
  }
  return compared;
}

async function nodeAt(system: FileSystem, folders: Map<string, FileNode>, path: string): Promise<FileNode | undefined> {
  const known = folders.get(path);
  if (known !== undefined) return known;
  const cut = path.lastIndexOf('/');
  const parent = await nodeAt(system, folders, cut < 0 ? '' : path.slice(0, cut));
  if (parent?.type !== 'folder') return undefined;
  const node = await system.child(parent, path.slice(cut + 1));
  if (node?.type === 'folder') folders.set(path, node);
  return node;
}

async function differencesOf(system: FileSystem, node: FileNode, file: ExpectedFile): Promise<readonly string[]> {
  const found: string[] = [];
  const check = (what: string, wanted: unknown, got: unknown): void => {
    if (wanted !== undefined && wanted !== got) found.push(`${what}: ${String(got)} instead of ${String(wanted)}`);
  };
  try {
    check('name', file.path.slice(file.path.lastIndexOf('/') + 1), node.name);
    check('type', file.type, node.type);
    check('size', file.sizeBytes, node.sizeBytes);
    const details = await system.details(node);
    check('modified', file.modifiedNs, details.times.modified);
    check('modified, in seconds', file.modifiedSeconds, secondsOf(details.times.modified, file.modifiedStep));
    check('created', file.createdNs, details.times.created);
    check('accessed', file.accessedNs, details.times.accessed);
    check('changed', file.changedNs, details.times.changed);
    check('links', file.links, details.links);
    check('attributes', file.attributes, details.windowsAttributes);
    check('mode', file.unix?.mode, details.unix?.mode);
    check('owner', file.unix?.uid, details.unix?.uid);
    check('group', file.unix?.gid, details.unix?.gid);
    check('security', file.security?.toString('hex'), Buffer.from(details.security ?? []).toString('hex'));
    check('reparse kind', file.kind, details.reparse?.kind);
    check('target', file.target, node.type === 'symlink' ? await system.linkTarget(node) : null);
    check('unreadable', file.unreadable ?? (file.sha256 === undefined ? undefined : null), details.unreadable);
    for (const [name, value] of Object.entries(file.xattrs ?? {})) {
      const got = details.xattrs.find((xattr) => xattr.name === name)?.value;
      check(`xattr ${name}`, value.toString('hex'), got === undefined ? undefined : Buffer.from(got).toString('hex'));
    }
    check('sha256', file.sha256, file.sha256 === undefined ? undefined : await digestOf(node.sizeBytes, reading(system, node)));
    for (const { offset, bytes } of file.samples ?? []) {
      const got = Buffer.alloc(bytes.length);
      await system.read(node, offset, got);
      check(`bytes at ${offset}`, true, got.equals(bytes));
    }
    if (file.streams !== undefined) await compareStreams(system, node, file.streams, check);
  } catch (error) {
    found.push(error instanceof Error ? error.message : String(error));
  }
  return found;
}

function secondsOf(nanoseconds: bigint | null, step = 1): number | null {
  return nanoseconds === null ? null : Math.floor(Number(nanoseconds / 1_000_000_000n) / step) * step;
}

async function compareStreams(
  system: FileSystem,
  node: FileNode,
  streams: NonNullable<ExpectedFile['streams']>,
  check: (what: string, wanted: unknown, got: unknown) => void,
): Promise<void> {
  const listed = (await system.details(node)).streams.map((stream) => `${stream.name} ${stream.sizeBytes}`);
  const wanted = streams.map((stream) => `${stream.name} ${stream.sizeBytes}`);
  check('streams', wanted.toSorted().join(), listed.toSorted().join());
  for (const { name, sizeBytes, sha256 } of streams)
    check(`stream ${name}`, sha256, await digestOf(sizeBytes, (offset, target) => system.readStream(node, name, offset, target)));
}

type Read = (offset: number, target: Uint8Array) => Promise<void>;

function reading(system: FileSystem, node: FileNode): Read {
  return (offset, target) => system.read(node, offset, target);
}

/** Pieces of an odd size, so that they begin anywhere in clusters, units and chunks. */
const pieceBytes = 1_000_003;

async function digestOf(sizeBytes: number, read: Read): Promise<string> {
  const hash = createHash('sha256');
  for (let offset = 0; offset < sizeBytes; offset += pieceBytes) {
    const piece = Buffer.alloc(Math.min(pieceBytes, sizeBytes - offset));
    await read(offset, piece);
    hash.update(piece);
  }
  return hash.digest('hex');
}

/** Every path that the reader lists below a folder, for what the oracle does not know of. */
export async function listedPaths(
  system: FileSystem,
  folder?: FileNode,
  path = '',
): Promise<readonly { readonly path: string; readonly node: FileNode }[]> {
  const found: { path: string; node: FileNode }[] = [];
  for (const node of await system.list(folder ?? (await system.root()))) {
    const below = path === '' ? node.name : `${path}/${node.name}`;
    found.push({ path: below, node });
    if (node.type === 'folder') found.push(...(await listedPaths(system, node, below)));
  }
  return found;
}

/** Nothing is listed that the oracle does not know: deleted entries, for one. `expected` names every file. */
export async function compareListing(system: FileSystem, expected: readonly ExpectedFile[]): Promise<readonly Compared[]> {
  const known = new Set(expected.map(({ path }) => path));
  return (await listedPaths(system))
    .filter(({ path }) => !known.has(path))
    .map(({ path }) => ({ feature: 'listing', oracle: 'mount', path, differences: ['listed and not there'] }));
}

/** A scan must find the same names in the same folders as listing does. */
export async function compareScan(system: FileSystem, oracle: string): Promise<readonly Compared[]> {
  const root = await system.root();
  const listed = await listedPaths(system);
  const folderIds = new Map([['', root.id], ...listed.map(({ path, node }) => [path, node.id] as const)]);
  const key = (parent: number, node: FileNode): string =>
    [parent, node.id, node.name, node.type, node.sizeBytes, node.modified, node.unreadable].join('|');
  const wanted = new Map(
    listed.map(({ path, node }) => {
      const cut = path.lastIndexOf('/');
      return [key(folderIds.get(cut < 0 ? '' : path.slice(0, cut))!, node), path];
    }),
  );
  const extra: string[] = [];
  for await (const file of system.scan()) {
    const name = key(file.parentId, file);
    if (!wanted.delete(name) && file.id !== root.id) extra.push(name);
  }
  const row = (path: string, differences: readonly string[]): Compared => ({ feature: 'scan', oracle, path, differences });
  return [
    ...[...wanted.values()].map((path) => row(path, ['not found by the scan'])),
    ...extra.map((name) => row(name, ['not found by listing'])),
    ...listed.slice(0, listed.length - wanted.size).map(({ path }) => row(path, [])),
  ];
}
