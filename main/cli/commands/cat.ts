import { once } from 'node:events';
import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { withPoint } from '../open-point.ts';
import { withRepoOption } from './repo-option.ts';

export function cat(program: Command): void {
  withRepoOption(program.command('cat'))
    .description('write a file of a restore point to standard output')
    .argument('<point>')
    .argument('<path>')
    .action(async (spec: string, path: string, _options: object, command: Command) => {
      const context = contextOf(command);
      await withPoint(context, spec, async ({ volumes }) => {
        const { parseGuestPath, readFile } = await import('#engine/recovery');
        for await (const piece of readFile(await volumes.find(parseGuestPath(path)))) {
          context.signal.throwIfAborted();
          if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
        }
      });
    });
}
