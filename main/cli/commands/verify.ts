import type { Command } from 'commander';
import { HostkeepError, resultOfGrade } from '#contract';
import { contextOf } from '../context.ts';
import { evidenceText } from '../evidence-text.ts';
import { exitCodes } from '../failure.ts';
import { numberOption } from '../numbers.ts';
import { withPoint } from '../open-point.ts';
import { recorded, rememberRepository } from '../recorded-run.ts';
import { ownVersion } from '../version.ts';
import { withRepoOption } from './repo-option.ts';

interface Options {
  readonly all?: boolean;
  readonly sample?: number;
  readonly seed?: string;
}

export function verify(program: Command): void {
  withRepoOption(program.command('verify'))
    .description('look at a restore point without starting it: stored data, volumes, boot files, hives, databases, files')
    .argument('<point>')
    .option('--all', 'read every stored byte and every file, not a sample')
    .option('--sample <files>', 'files of each volume to read, chosen at random (100)', numberOption('sample', 1, 100_000))
    .option('--seed <hex>', 'choose the same files as an earlier verification')
    .action(async (spec: string, options: Options, command: Command) => {
      const context = contextOf(command);
      if (options.seed !== undefined && !/^[0-9a-f]{1,32}$/.test(options.seed))
        throw new HostkeepError('input/invalid', { seed: options.seed.slice(0, 40), why: 'up to 32 hex digits' });
      if (options.all === true && options.sample !== undefined)
        throw new HostkeepError('input/invalid', { sample: options.sample, why: 'either --all or --sample' });
      await withPoint(context, spec, async (subject) => {
        const { verifyAndKeep } = await import('#engine/verify');
        const { evidence, notKept } = await recorded(
          context,
          { kind: 'verify', repository: subject.repository.id, subjects: [subject.point.vm] },
          (watch) =>
            verifyAndKeep(subject, {
              depth: options.all === true ? 'all' : 'sample',
              ...(options.sample === undefined ? {} : { sampleFiles: options.sample }),
              ...(options.seed === undefined ? {} : { seed: options.seed }),
              by: `hostkeep ${ownVersion()}`,
              ...watch,
            }),
          (kept) => resultOfGrade[kept.evidence.grade],
        );
        await rememberRepository(context, subject.repository);
        context.print(evidence, evidenceText);
        if (notKept !== null)
          process.stderr.write(`hostkeep: the report could not be kept in the repository: ${notKept.message}\n`);
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
