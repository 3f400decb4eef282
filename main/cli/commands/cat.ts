import { once } from 'node:events';
import type { Command } from 'commander';
import type { PreviewView } from '#contract';
import { contextOf } from '../context.ts';
import { withPoint } from '../open-point.ts';
import { bytesText, forTerminal } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

export function cat(program: Command): void {
  withRepoOption(program.command('cat'))
    .description('write a file of a restore point to standard output')
    .argument('<point>')
    .argument('<path>')
    .option('--preview', 'only what it is and how it begins: text decoded, an image by its size, bytes in hex')
    .action(async (spec: string, path: string, options: { preview?: boolean }, command: Command) => {
      const context = contextOf(command);
      await withPoint(context, spec, async ({ volumes }) => {
        const { parseGuestPath, readFile } = await import('#engine/recovery/guest');
        const file = await volumes.find(parseGuestPath(path));
        if (options.preview === true) {
          const { previewFile } = await import('#engine/recovery/preview');
          context.print(await previewFile(file, { imageBytes: 0 }), previewText);
          return;
        }
        for await (const piece of readFile(file)) {
          context.signal.throwIfAborted();
          if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
        }
      });
    });
}

function previewText(view: PreviewView): string {
  const size = bytesText(view.sizeBytes);
  if (view.kind === 'empty') return 'The file is empty.';
  if (view.kind === 'binary') return [`${view.type}, ${size}`, ...view.hex].join('\n');
  if (view.kind === 'image') {
    const pixels = view.width === 0 ? '' : `, ${view.width} x ${view.height} pixels`;
    return `${view.mime}${pixels}, ${size}`;
  }
  const text = forTerminal(view.text.replaceAll('\r\n', '\n'));
  return `${text}${view.truncated ? `\n... ${size} in all, ${view.encoding}` : ''}`;
}
