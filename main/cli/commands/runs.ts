import type { Command } from 'commander';
import type { RecordedStep, RunRecord } from '#contract';
import { contextOf } from '../context.ts';
import { costText } from '../cost-text.ts';
import { numberOption } from '../numbers.ts';
import { errorLines } from '../outcome-text.ts';
import { bytesText, durationText, tableText, timeText, wrapped } from '../text.ts';
import { inHome } from '../with-home.ts';

export function runs(program: Command): void {
  program
    .command('runs')
    .description('what ran, and how it ended')
    .option('--limit <n>', 'how many', numberOption('limit', 1, 100_000), 20)
    .action(async (options: { limit: number }, command: Command) => {
      const context = contextOf(command);
      const { listRuns } = await import('#service');
      await inHome(context, async (home) => {
        context.print(listRuns(home.state, options.limit), (rows) =>
          tableText(
            ['RUN', 'STARTED', 'KIND', 'STATE', 'STORED', 'OF'],
            rows.map((run) => [
              run.id,
              // Without seconds: the rest has 80 columns.
              timeText(run.startedAt).slice(0, 16),
              run.kind,
              run.state,
              bytesText(run.newBytes),
              run.vms.join(' '),
            ]),
            'Nothing ran yet.',
          ),
        );
      });
    });
  program
    .command('run')
    .description('one run')
    .command('show')
    .description('the conversation of a run, step by step')
    .argument('<run>', 'id, or its beginning')
    .action(async (spec: string, _options: object, command: Command) => {
      const context = contextOf(command);
      const { findRun } = await import('#service');
      await inHome(context, async (home) => {
        context.print(findRun(home.state, spec), conversationText);
      });
    });
}

const marks = { started: '>', done: '+', warning: '!', failed: 'X', skipped: '-' } as const;

/** Fits 80 columns: time since the start, side, step, actor; what there is to say goes below. */
function conversationText(shown: { readonly run: RunRecord; readonly steps: readonly RecordedStep[] }): string {
  const { run, steps } = shown;
  const lines: string[] = [
    `Run ${run.id}  ${run.kind}  ${timeText(run.startedAt)}  ${run.state}${run.endedAt === null ? '' : ` after ${durationText(run.endedAt - run.startedAt)}`}`,
  ];
  let vm: string | null | undefined;
  for (const step of steps) {
    if (step.vm !== vm) lines.push('', step.vm ?? 'run');
    vm = step.vm;
    const at = `${((step.at - run.startedAt) / 1000).toFixed(2)} s`.padStart(9);
    lines.push(`${at} ${marks[step.state]} ${step.side.padEnd(7)} ${step.step.padEnd(17)} ${step.actor ?? ''}`.trimEnd());
    const hresult = step.hresult === undefined ? '' : ` (0x${step.hresult.toString(16).toUpperCase()})`;
    const events = step.events === undefined ? '' : `event ${step.events.join(', ')}: `;
    if (step.detail !== undefined || hresult !== '' || events !== '')
      lines.push(...wrapped(`${events}${step.detail ?? ''}${hresult}`, 60).map((part) => `${' '.repeat(12)}${part}`));
  }
  if (run.cost !== null) lines.push('', ...wrapped(costText(run.cost), 78));
  if (run.error !== null) lines.push('', ...errorLines(run.error).flatMap((text) => wrapped(text, 78)));
  return lines.join('\n');
}
