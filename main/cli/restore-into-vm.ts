import { HostkeepError } from '#contract';
import { restoreIntoGuest, type Conflict, type RestoredIntoGuest } from '#engine/recovery';
import type { Context } from './context.ts';
import { exitCodes } from './failure.ts';
import type { OpenedPoint } from './open-point.ts';
import { watched } from './recorded-run.ts';
import { restoredText } from './restored-files-text.ts';
import { shown, wrapped } from './text.ts';
import { theVm } from './the-vm.ts';

interface Wanted {
  readonly vm: string;
  /** In the guest. */
  readonly folder: string;
  readonly paths: readonly string[];
  readonly conflict: Conflict;
}

/** Restores files into a guest that runs, as a run whose steps are kept. */
export async function restoreFilesIntoVm(
  context: Context,
  { point, repository, volumes }: OpenedPoint,
  wanted: Wanted,
): Promise<void> {
  const { announceRun, endRun, failRun, adoptRun, systemClock } = await import('#service');
  const done = await context.withHost(async ({ record, hypervisor, guests }, home) => {
    if (guests === null)
      throw new HostkeepError('input/invalid', { host: record.name, why: 'files cannot be copied into its guests' });
    const { id: vmId, name } = theVm(await hypervisor.listVms(), wanted.vm);
    const run = context.runId ?? home.newRunId();
    const { state } = home;
    const of = { id: run, kind: 'restore-files', repository: repository.id, subjects: [point.vm] } as const;
    if (context.runId === undefined)
      announceRun(state, { ...of, startedAt: systemClock.now() }, { command: process.argv.slice(2), lines: [], typed: true });
    else adoptRun(state, run, process.pid);
    const { folder, conflict, paths } = wanted;
    try {
      const result = await watched(context, { state, run }, (watch) =>
        restoreIntoGuest(volumes, paths, {
          copier: guests,
          run,
          vmId,
          folder,
          conflict,
          source: point.id,
          report: (step) => home.journal.step(run, name, step),
          ...watch,
        }),
      );
      endRun(state, run, isWhole(result) ? 'success' : 'warning', { at: systemClock.now(), outcome: { report: result } });
      return { ...result, vm: { id: vmId, name }, folder };
    } catch (error) {
      failRun(state, run, { at: systemClock.now(), error });
      throw error;
    }
  });
  context.print(done, intoGuestText);
  if (!isWhole(done)) process.exitCode = exitCodes.warning;
}

function isWhole({ restored, copied }: RestoredIntoGuest): boolean {
  return restored.skipped.length === 0 && copied.failed.length === 0 && copied.incomplete.length === 0;
}

const ways = {
  'powershell-direct': 'by PowerShell Direct; every byte was compared in the guest',
  'guest-service': 'by the guest service; what arrived was not compared',
} as const;

function intoGuestText({
  restored,
  copied,
  vm,
  folder,
}: RestoredIntoGuest & { readonly vm: { readonly name: string }; readonly folder: string }): string {
  return [
    ...(restored.skipped.length > 0 || restored.renamed.length > 0 ? [restoredText(restored)] : []),
    ...copied.failed.flatMap(({ path, says }) => [
      `not copied: ${shown(path)}`,
      ...wrapped(shown(says), 76).map((line) => `  ${line}`),
    ]),
    ...copied.incomplete.flatMap(({ path, says }) => [
      `without all that belongs to it: ${shown(path)}`,
      ...wrapped(shown(says), 76).map((line) => `  ${line}`),
    ]),
    ...copied.renamed.flatMap(({ path, to }) => [`renamed: ${shown(path)}`, `  ${shown(to)}`]),
    ...wrapped(
      `${copied.files} files are in ${folder} of ${vm.name}, ${ways[copied.way]}.${copied.kept > 0 ? ` ${copied.kept} that were there were kept.` : ''}`,
      79,
    ),
  ].join('\n');
}
