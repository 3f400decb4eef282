import { Argument, type Command } from 'commander';
import { HostkeepError } from '#contract';
import type { ExportedKey, ObjectFile } from '#engine/recovery/objects';
import { contextOf } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { fileOutput } from '../file-output.ts';
import { replayedText } from '../object-text.ts';
import { recorded } from '../recorded-run.ts';
import { shown, tell, wrapped } from '../text.ts';
import { tellStale, withObject } from '../with-object.ts';
import { withRepoOption } from './repo-option.ts';

export function exportKey(program: Command): void {
  withRepoOption(program.command('export'))
    .description('a key of a registry hive with all below it, as a .reg file')
    .argument('<point>')
    .argument('<hive>')
    .addArgument(new Argument('[key]', 'ControlSet001\\Services, for example').default('', 'the root'))
    .requiredOption('--to <file>', 'the .reg file to make; - for standard output')
    .option('--root <key>', 'where the root of the hive stands in a registry (by its name: HKEY_LOCAL_MACHINE\\SYSTEM ...)')
    .option('--overwrite', 'replace a file that is there')
    .action(async (spec: string, path: string, key: string, options: ExportOptions, command: Command) => {
      const context = contextOf(command);
      const root = options.root === undefined ? null : rootOption(options.root);
      await withObject(context, { spec, path }, async (file, { repository, point }) => {
        const { done } = await recorded(
          context,
          { kind: 'restore-files', repository: repository.id, subjects: [point.vm] },
          ({ signal }) => exported(file, { key, root, options, signal }),
          ({ done: { skipped, stale } }) => (skipped.length > 0 || stale ? 'warning' : 'success'),
        );
        const replayed = done.replayed > 0 ? ` ${replayedText(done.replayed)}` : '';
        const text = wrapped(`${done.keys} keys and ${done.values} values of ${shown(done.key)}.${replayed}`, 79).join('\n');
        if (options.to === '-') tell(`${text}\n`);
        else context.print({ file: options.to, ...done }, () => text);
        for (const { subject, reason } of done.skipped) tell(`hostkeep: left out: ${shown(subject)}: ${reason}\n`);
        if (done.skipped.length > 0) process.exitCode = exitCodes.warning;
        if (done.stale) tellStale();
      });
    });
}

/** As the run of a restore tells it: a file that came back, and what is not in it. */
interface ExportRun {
  readonly files: 1;
  readonly bytes: number;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly done: ExportedKey;
}

async function exported(
  file: ObjectFile,
  of: {
    readonly key: string;
    readonly root: string | null;
    readonly options: ExportOptions;
    readonly signal: AbortSignal;
  },
): Promise<ExportRun> {
  const { exportHiveKey } = await import('#engine/recovery/objects');
  const { key, root, options, signal } = of;
  let bytes = 0;
  const done = await fileOutput(options.to, options.overwrite === true, (write) =>
    exportHiveKey(file, {
      key,
      root,
      signal,
      async write(piece) {
        await write(piece);
        bytes += piece.length;
      },
    }),
  );
  return { files: 1, bytes, skipped: done.skipped.map(({ subject, reason }) => ({ path: subject, reason })), done };
}

interface ExportOptions {
  readonly to: string;
  readonly root?: string;
  readonly overwrite?: boolean;
}

/** @throws HostkeepError input/invalid */
function rootOption(text: string): string {
  const root = text.replace(/\\+$/, '');
  if (/^HKEY_[A-Z_]+(\\[^\\\r\n]+)*$/.test(root)) return root;
  throw new HostkeepError('input/invalid', { root: text.slice(0, 200), why: 'a key as HKEY_LOCAL_MACHINE\\Restored' });
}
