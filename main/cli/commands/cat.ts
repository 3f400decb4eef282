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
      await withPoint(contextOf(command), spec, async ({ volumes }) => {
        const { parseGuestPath, readFile } = await import('#engine/recovery');
        for await (const piece of readFile(await volumes.find(parseGuestPath(path)))) {
          if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
        }
      });
    });
}
