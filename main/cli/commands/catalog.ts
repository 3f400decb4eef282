import type { Command } from 'commander';
import type { PointId, RestorePoint } from '#contract';
import type { Repository } from '#engine/repository';
import { contextOf } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { recorded } from '../recorded-run.ts';
import { countText } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

/** What `catalog --json` prints. */
interface CatalogReport {
  readonly catalogued: readonly PointId[];
  readonly failed: readonly { readonly point: PointId; readonly code: string; readonly reason: string }[];
}

export function catalog(program: Command): void {
  withRepoOption(program.command('catalog'))
    .description('list the files of restore points anew, for `find`; where none is named, of all that were not listed yet')
    .argument('[points...]')
    .action(async (specs: readonly string[], _options: object, command: Command) => {
      const context = contextOf(command);
      await context.whileReading(async (repository) => {
        const report = await recorded(
          context,
          { kind: 'catalog', repository: repository.id, subjects: [context.repositoryFolder()] },
          (watch) => catalogueAll(repository, specs, watch),
          ({ failed }) => (failed.length > 0 ? 'warning' : 'success'),
        );
        context.print(report, reportText);
        if (report.failed.length > 0) process.exitCode = exitCodes.warning;
      });
    });
}

async function catalogueAll(
  repository: Repository,
  specs: readonly string[],
  watch: {
    readonly onProgress: (progress: { phase: string; doneBytes: number; totalBytes: number }) => void;
    readonly signal: AbortSignal;
  },
): Promise<CatalogReport> {
  const [{ findPoint, listCatalogs, listPoints }, { cataloguePoints }] = await Promise.all([
    import('#engine/repository'),
    import('#engine/recovery/search'),
  ]);
  const { points } = await listPoints(repository);
  const present = await listCatalogs(repository);
  const named = await Promise.all(specs.map((spec) => findPoint(repository, spec)));
  // The newest first: older ones are made from it.
  const wanted = specs.length > 0 ? named : points.filter(({ id }) => !present.has(id)).toReversed();
  const done: RestorePoint[] = [];
  const failed = await cataloguePoints(repository, wanted, {
    points,
    anew: specs.length > 0,
    signal: watch.signal,
    onPoint(point) {
      watch.onProgress({ phase: `files of ${point.vm}`, doneBytes: done.length, totalBytes: wanted.length });
      done.push(point);
    },
  });
  watch.signal.throwIfAborted();
  const lost = new Set(failed.map(({ point }) => point.id));
  return {
    catalogued: done.map(({ id }) => id).filter((id) => !lost.has(id)),
    failed: failed.map(({ point, error }) => ({ point: point.id, code: error.code, reason: error.message })),
  };
}

function reportText({ catalogued, failed }: CatalogReport): string {
  return [
    ...failed.map(({ point, reason }) => `${point}: ${reason}`),
    `Listed the files of ${countText(catalogued.length, 'restore point')}.`,
  ].join('\n');
}
