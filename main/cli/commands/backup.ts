import { Option, type Command } from 'commander';
import {
  acceptJson,
  byteRangesSchema,
  consistencyPolicies,
  HostkeepError,
  loadLimitsSchema,
  parseInput,
  type BackupOutcome,
  type ByteRange,
} from '#contract';
import type { LeafThreads } from '#engine/backup';
import type { LimitsNow } from '#engine/jobs';
import type { Repository } from '#engine/repository';
import { contextOf, type Context } from '../context.ts';
import { readGivenFile } from '../given-file.ts';
import { exitCodes } from '../failure.ts';
import { rememberRepository, watched } from '../recorded-run.ts';
import { costText } from '../cost-text.ts';
import { latencyOf, rateOf, withLimitOptions, type LimitFlags } from '../limit-options.ts';
import { vmOutcomeText } from '../outcome-text.ts';
import { bytesText, countText, durationText, wrapped } from '../text.ts';
import { withHostOption } from './host-option.ts';
import { withThreads, type Beside } from '../loaded-beside.ts';
import { withRepoOption } from './repo-option.ts';
import { inHome } from '../with-home.ts';

interface Options extends LimitFlags {
  readonly vm?: readonly string[];
  readonly image?: string;
  readonly name?: string;
  readonly consistency: string;
  readonly changedRanges?: string;
  readonly copy?: boolean;
  /** False with --no-skip. */
  readonly skip: boolean;
  /** False with --no-catalog. */
  readonly catalog: boolean;
}

/** What an image has no guest and no host for: refused rather than passed over. */
const ofVms = ['vm', 'host', 'consistency', 'copy'];

export function backup(program: Command): void {
  withLimitOptions(withRepoOption(withHostOption(program.command('backup'))))
    .description('back up VMs of the host, or a disk image')
    .option('--vm <names...>', 'VMs by name or id')
    .addOption(new Option('--image <file>', 'a raw, VHDX or VHD image instead').conflicts(ofVms))
    .addOption(new Option('--name <vm>', 'the name under which an image is kept').conflicts('vm'))
    .option('--consistency <policy>', 'require, warn or allow less than application consistency', 'warn')
    .addOption(
      new Option(
        '--changed-ranges <file>',
        'for an image: JSON array of {offset, length} changed since the latest point',
      ).conflicts('vm'),
    )
    .option('--copy', 'leave the guests\u2019 logs alone')
    .option('--no-skip', 'read free space, page and swap files too')
    .option('--no-catalog', 'do not list the files for `find` after the run')
    .action(async (options: Options, command: Command) => {
      const context = contextOf(command);
      const outcome = await (options.image === undefined
        ? context.withRepository((repository) => backUpVms(context, repository, options))
        : withThreads(storing, (threads) =>
            context.withRepository((repository) => backUpImage(context, repository, { ...options, threads }), threads),
          ));
      context.print(outcome, (done) => outcomeText(done, options.vm ?? []));
      process.exitCode = {
        success: exitCodes.success,
        warning: exitCodes.warning,
        failed: exitCodes.failed,
        cancelled: exitCodes.cancelled,
      }[outcome.result];
    });
}

async function backUpVms(context: Context, repository: Repository, options: Options): Promise<BackupOutcome> {
  if (options.vm === undefined) throw new HostkeepError('input/missing-option', { option: '--vm NAME or --image FILE' });
  const policy = consistencyPolicies.find((name) => name === options.consistency);
  if (policy === undefined)
    throw new HostkeepError('input/invalid', {
      consistency: options.consistency,
      why: `one of ${consistencyPolicies.join(', ')}`,
    });
  const limits = limitsOf(options);
  const { listFiles, runBackup } = await import('#engine/backup');
  return context.withHost(async ({ record, hypervisor }, home) => {
    const hostName = record.kind === 'lab' ? (await hypervisor.facts()).name : record.name;
    const run = context.runId ?? home.newRunId();
    const truncateLogs = options.copy !== true;
    const { journal } = home;
    const outcome = await watched(context, { state: home.state, run }, (watch) =>
      runBackup(
        {
          hypervisor,
          hostName,
          repository,
          journal,
          run,
          policy,
          truncateLogs,
          skipUnused: options.skip,
          limits,
          ...watch,
        },
        { vms: options.vm! },
      ),
    );
    await rememberRepository(context, repository);
    if (options.catalog) await listFiles({ repository, journal, run, signal: context.signal }, outcome.points);
    return outcome;
  });
}

const storing = {
  start: async () => (await import('#engine/backup')).leafThreads({ warm: true }),
  end: (threads: LeafThreads) => threads.close(),
};

type ImageOptions = Options & { readonly threads: Beside<LeafThreads> };

async function backUpImage(context: Context, repository: Repository, options: ImageOptions): Promise<BackupOutcome> {
  const { image, name: vm, skip: skipUnused } = options;
  if (vm === undefined || image === undefined) throw new HostkeepError('input/missing-option', { option: '--name VM' });
  const limits = limitsOf(options);
  const { listFiles, runImageBackup } = await import('#engine/backup');
  const changed = options.changedRanges === undefined ? {} : { changed: await readRanges(options.changedRanges) };
  return inHome(context, async (home) => {
    const { journal } = home;
    const run = context.runId ?? home.newRunId();
    const lent = await options.threads.get();
    const outcome = await watched(context, { state: home.state, run }, (watch) =>
      runImageBackup({ repository, journal, run, image, vm, ...changed, skipUnused, lent, limits, ...watch }),
    );
    await rememberRepository(context, repository);
    if (options.catalog) await listFiles({ repository, journal, run, signal: context.signal }, outcome.points);
    return outcome;
  });
}

/** @throws HostkeepError input/invalid */
function limitsOf({ rate, latency }: LimitFlags): () => LimitsNow {
  const limits = parseInput(loadLimitsSchema, { bytesPerSecond: rateOf(rate) ?? null, latencyMs: latencyOf(latency) ?? null });
  return () => limits;
}

/** @throws HostkeepError input/not-found, input/invalid */
async function readRanges(file: string): Promise<readonly ByteRange[]> {
  return acceptJson(byteRangesSchema, await readGivenFile(file, 'changedRanges'), {
    code: 'input/invalid',
    details: { changedRanges: file },
  });
}

function outcomeText(outcome: BackupOutcome, wanted: readonly string[]): string {
  const sums = `Run ${outcome.run}: ${outcome.result}. Read ${bytesText(outcome.readBytes)}, stored ${bytesText(outcome.newBytes)} new${leftOut(outcome)}, in ${durationText(outcome.durationMs)}.`;
  const cost = outcome.cost.readBytes === 0 ? [] : wrapped(costText(outcome.cost), 78);
  return [...outcome.vms.map(vmOutcomeText), ...notBegun(outcome, wanted), ...wrapped(sums, 78), ...cost].join('\n');
}

/** A run that was cancelled says nothing of the VMs whose turn had not come. */
function notBegun({ result, vms }: BackupOutcome, wanted: readonly string[]): readonly string[] {
  const left = new Set(wanted.map((name) => name.toLowerCase())).size - vms.length;
  return result === 'cancelled' && left > 0 ? [`${countText(left, 'VM')} more ${left === 1 ? 'was' : 'were'} not begun.`] : [];
}

function leftOut({ skippedBytes }: BackupOutcome): string {
  return skippedBytes === 0 ? '' : `, left out ${bytesText(skippedBytes)} that the guests do not use`;
}
