import type { RestoredFiles } from '#engine/recovery';
import { bytesText, countText, shown, wrapped } from './text.ts';

/** What a restore of files did, and what it could not. */
export function restoredText(done: RestoredFiles): string {
  const more = [
    ...(done.hardLinks > 0 ? [countText(done.hardLinks, 'hard link')] : []),
    ...(done.symbolicLinks > 0 ? [countText(done.symbolicLinks, 'symbolic link')] : []),
    ...(done.streams > 0 ? [countText(done.streams, 'stream')] : []),
    ...(done.kept > 0 ? [`${done.kept} that were there kept`] : []),
  ];
  return [
    ...done.skipped.flatMap(({ path, reason }) => [
      `not restored: ${shown(path)}`,
      ...wrapped(shown(reason), 76).map((line) => `  ${line}`),
    ]),
    ...done.renamed.flatMap(({ path, to }) => [`renamed: ${shown(path)}`, `  ${shown(to)}`]),
    ...(done.untold > 0 ? [`and ${done.untold} more that were not restored or renamed`] : []),
    `Restored ${[countText(done.files, 'file'), countText(done.folders, 'folder'), ...more, bytesText(done.bytes)].join(', ')}.`,
  ].join('\n');
}
