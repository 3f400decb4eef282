import type { ByteRange } from '#contract';
import type { FileDetails, FileNode, FileSystem } from './file-system.ts';

/**
 * Where in a file there is anything to read; all else of it is zero. A guest may make a file of exabytes that holds nothing. Only of files
 * stored as they are: in others, no place on the volume means no hole.
 */
export async function dataStretches(of: {
  readonly system: FileSystem;
  readonly node: FileNode;
  readonly details: Pick<FileDetails, 'storage'>;
}): Promise<readonly ByteRange[]> {
  const { system, node, details } = of;
  if (details.storage !== 'sparse' && details.storage !== 'plain') return [{ offset: 0, length: node.sizeBytes }];
  return (await system.ranges(node)).filter((range) => range.volumeOffset !== null && range.length > 0);
}
