import type { RestoredFiles } from '#engine/recovery';
import { bytesText, shown, wrapped } from './text.ts';

/** What a restore of files did, and what it could not. */
export function restoredText(done: RestoredFiles): string {
  const more = [
    ...(done.hardLinks > 0 ? [`${done.hardLinks} hard links`] : []),
    ...(done.symbolicLinks > 0 ? [`${done.symbolicLinks} symbolic links`] : []),
    ...(done.streams > 0 ? [`${done.streams} streams`] : []),
    ...(done.kept > 0 ? [`${done.kept} that were there kept`] : []),
  ];
  return [
    ...done.skipped.flatMap(({ path, reason }) => [
      `not restored: ${shown(path)}`,
      ...wrapped(shown(reason), 76).map((line) => `  ${line}`),
    ]),
    ...done.renamed.flatMap(({ path, to }) => [`renamed: ${shown(path)}`, `  ${shown(to)}`]),
    `Restored ${[`${done.files} files`, `${done.folders} folders`, ...more, bytesText(done.bytes)].join(', ')}.`,
  ].join('\n');
}
