import { run } from '../../fixtures/tools.ts';

/** One line of walk.py: a file as the operating system's driver shows it. */
export interface MountedFile {
  readonly path: string;
  readonly type: 'file' | 'folder' | 'symlink' | 'other';
  readonly size: number;
  readonly modifiedNs: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly inode: number;
  readonly sha256: string | null;
  readonly target: string | null;
  readonly xattrs: Readonly<Record<string, string>>;
}

const walker = new URL('./walk.py', import.meta.url).pathname;

/** Mounts an image with a command, acts on it, and always takes it down again. */
export async function mounted<Result>(
  mount: readonly string[],
  root: string,
  act: () => Result | Promise<Result>,
): Promise<Result> {
  run(mount[0]!, ...mount.slice(1), root);
  try {
    return await act();
  } finally {
    run('umount', root);
  }
}

/** What a mounted file system says of each of its files; content of the folders named is not read. */
export function walkMounted(root: string, noContent: readonly string[] = []): readonly MountedFile[] {
  return lines<MountedFile>(run('python3', walker, root, ...noContent.flatMap((folder) => ['--no-content', folder])));
}

export function lines<Value>(text: string): readonly Value[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Value);
}
