import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { HostkeepError } from '#contract';
import type { ReportLanguage } from '#service';
import { contextOf } from '../context.ts';
import { inHome } from '../with-home.ts';

export function report(program: Command): void {
  program
    .command('report')
    .description('a month as an HTML page for the owner of the shop: protected, verified, restored, space')
    .option('--month <month>', 'such as 2026-10; the month before this one when left out')
    .addOption(
      new Option('--language <language>', 'of the page; that of this computer where it is left out').choices(['en', 'de']),
    )
    .option('--to <file>', 'where the page goes; otherwise it is printed, with --json its figures')
    .action(async (options: { month?: string; language?: ReportLanguage; to?: string }, command: Command) => {
      const context = contextOf(command);
      const { machineLanguage, monthBefore, monthlyReport, reportHtml, systemClock } = await import('#service');
      return inHome(context, async (home) => {
        const [now, { timeZone }] = [systemClock.now(), new Intl.DateTimeFormat().resolvedOptions()];
        const month = options.month ?? monthBefore(now, timeZone);
        const figures = monthlyReport(home.state, { month, timeZone, now });
        const page = reportHtml(figures, options.language ?? machineLanguage());
        if (options.to === undefined) return context.print(figures, () => page);
        await writeNew(options.to, page);
        return context.print({ file: options.to, month }, ({ file }) => `The report of ${month} is in ${file}.`);
      });
    });
}

/** @throws HostkeepError input/target-exists, storage/denied */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw new HostkeepError('input/target-exists', { file }, cause);
    throw new HostkeepError('storage/denied', { file }, cause);
  }
}
