import type { Command } from 'commander';
import { HostkeepError, resultOfGrade, resultOfSeries, type PointId, type RestorePoint, type VerifiedPoint } from '#contract';
import type { DamagedPoint, Repository } from '#engine/repository';
import type { SeriesOptions, VerifyOptions } from '#engine/verify';
import { contextOf, type Context } from '../context.ts';
import { evidenceText } from '../evidence-text.ts';
import { exitCodes } from '../failure.ts';
import { numberOption } from '../numbers.ts';
import { withPoint } from '../open-point.ts';
import { recorded } from '../recorded-run.ts';
import { tableText, tell, timeText, wrapped } from '../text.ts';
import { ownVersion } from '../version.ts';
import { inHome } from '../with-home.ts';
import { withRepoOption } from './repo-option.ts';

interface Options {
  readonly all?: boolean;
  readonly next?: number;
  readonly newest?: boolean;
  readonly sample?: number;
  readonly seed?: string;
}

export function verify(program: Command): void {
  withRepoOption(program.command('verify'))
    .description('look at a restore point without starting it: stored data, volumes, boot files, hives, databases, files')
    .argument('[point]', 'left out with --next or --newest')
    .option(
      '--next <n>',
      'the next N of the rotation: what nobody has looked at, then the longest ago',
      numberOption('next', 1, 1000),
    )
    .option('--newest', 'the newest restore point of every VM: whether what one would restore tomorrow is sound')
    .option('--all', 'read every stored byte and every file, not a sample')
    .option('--sample <files>', 'files of each volume to read, chosen at random (100)', numberOption('sample', 1, 100_000))
    .option('--seed <hex>', 'choose the same files as an earlier verification')
    .action(async (spec: string | undefined, options: Options, command: Command) => {
      const context = contextOf(command);
      if ([spec, options.next, options.newest].filter((one) => one !== undefined).length !== 1)
        throw new HostkeepError('input/missing-option', { option: 'a restore point, or --next N, or --newest' });
      if (options.seed !== undefined && !/^[0-9a-f]{1,32}$/.test(options.seed))
        throw new HostkeepError('input/invalid', { seed: options.seed.slice(0, 40), why: 'up to 32 hex digits' });
      if (options.all === true && options.sample !== undefined)
        throw new HostkeepError('input/invalid', { sample: options.sample, why: 'either --all or --sample' });
      const how = {
        depth: options.all === true ? ('all' as const) : ('sample' as const),
        ...(options.sample === undefined ? {} : { sampleFiles: options.sample }),
        ...(options.seed === undefined ? {} : { seed: options.seed }),
        by: `hostkeep ${ownVersion()}`,
      };
      if (spec === undefined) return verifySeveral(context, options.next ?? 'newest', how);
      await withPoint(context, spec, async (subject) => {
        const { verifyAndKeep } = await import('#engine/verify');
        const { evidence, notKept } = await recorded(
          context,
          { kind: 'verify', repository: subject.repository.id, subjects: [subject.point.vm], remembers: subject.repository },
          (watch) => verifyAndKeep(subject, { ...how, ...watch }),
          (kept) => resultOfGrade[kept.evidence.grade],
        );
        context.print(evidence, evidenceText);
        if (notKept !== null)
          tell([...wrapped(`hostkeep: the report could not be kept in the repository: ${notKept.message}`, 79), ''].join('\n'));
        if (evidence.grade === 'failed') process.exitCode = exitCodes.failed;
        else if (evidence.grade === 'warning' || notKept !== null) process.exitCode = exitCodes.warning;
      });
    });
  withRepoOption(program.command('evidence'))
    .description('reports of earlier verifications of a restore point, newest first')
    .argument('<point>')
    .action(async (spec: string, _options: object, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { findPointId, listEvidence } = await import('#engine/repository');
        const reports = await listEvidence(repository, await findPointId(repository, spec));
        context.print(reports, (found) =>
          found.length === 0 ? 'Nobody has verified this restore point.' : found.map(evidenceText).join('\n\n'),
        );
      });
    });
}

/** So many of the rotation, or the newest of each VM: in one run, whose result is that of the worst. */
async function verifySeveral(
  context: Context,
  which: number | 'newest',
  how: Omit<VerifyOptions, 'onProgress' | 'signal'>,
): Promise<void> {
  await context.whileReading(async (repository) => {
    const { verifySeries } = await import('#engine/verify');
    const { giveTurnBack, noteTurn, systemClock, verifyTurns } = await import('#service/command');
    const tried = await inHome(context, async ({ state }) => verifyTurns(state, repository.id));
    const { points, damaged } = await chosenPoints(repository, { which, tried });
    if (points.length + damaged.length === 0) throw new HostkeepError('input/not-found', { point: 'any' });
    const subjects = [...new Set(points.map(({ vm }) => vm))];
    const { verified } = await recorded(
      context,
      { kind: 'verify', repository: repository.id, subjects, remembers: repository },
      async (watch, { home: { state } }) => {
        const onTurn: SeriesOptions['onTurn'] = (point, is) => {
          const turn = { repository: repository.id, point };
          if (is === 'begun') noteTurn(state, turn, systemClock.now());
          else giveTurnBack(state, turn);
        };
        return { verified: await verifySeries({ repository, points, damaged }, { ...how, ...watch, onTurn }) };
      },
      (report) => resultOfSeries(report.verified),
    );
    context.print({ verified }, (done) => seriesText(done.verified));
    process.exitCode = { ...exitCodes, success: 0 }[resultOfSeries(verified)];
  });
}

/** With those that cannot be read, whichever are chosen: nobody knows whose they are, or whether they are newer. */
async function chosenPoints(
  repository: Repository,
  { which, tried }: { readonly which: number | 'newest'; readonly tried: ReadonlyMap<PointId, number> },
): Promise<{ readonly points: readonly RestorePoint[]; readonly damaged: readonly DamagedPoint[] }> {
  const { latestEvidence, listedEvidence, listPoints } = await import('#engine/repository');
  const { newestOfEach, verifyOrder } = await import('#engine/jobs');
  const [{ points, damaged }, reports] = await Promise.all([listPoints(repository), listedEvidence(repository)]);
  const evidence = latestEvidence(reports);
  const known = points.map((point) => ({
    point,
    vmKey: point.vmId ?? point.vm,
    time: point.time,
    verifiedAt: evidence.get(point.id)?.at ?? null,
    triedAt: tried.get(point.id) ?? null,
  }));
  const chosen = which === 'newest' ? newestOfEach(known) : verifyOrder(known).slice(0, which);
  return { points: chosen.map(({ point }) => point), damaged };
}

function seriesText(verified: readonly VerifiedPoint[]): string {
  return [
    tableText(
      ['VM', 'POINT', 'TIME', 'GRADE', 'FILES READ'],
      verified.map(({ vm, point, time, grade, files }) => [
        vm,
        point,
        time === null ? '?' : timeText(time),
        grade ?? 'FAILED',
        String(files),
      ]),
    ),
    ...verified.flatMap(({ vm, point, error }) => (error === null ? [] : wrapped(`${vm} ${point}: ${error.message}`, 78))),
  ].join('\n');
}
