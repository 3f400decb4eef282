import { requests, type Job, type JobView } from '#contract';
import { jobBook, type JobBook } from '../../jobs/job-book.ts';
import { changeOf, definitionOf, formOf } from '../job-forms.ts';
import { planOf } from '../job-plan.ts';
import { machineScheduler } from '../../scheduler/machine-scheduler.ts';
import { findJob } from '../../state/jobs.ts';
import { repositoryViews } from '../../state/repositories.ts';
import { keepForSchedule } from '../keep-for-schedule.ts';
import type { Services } from '../services.ts';
import { asking, checked, doing, router } from '../trpc.ts';

export const jobs = router({
  list: asking
    .input(checked(requests.none))
    .query(({ ctx }) => withBook(ctx, async (book) => book.list().map((job) => viewOf(book, job)))),
  plan: asking.input(checked(requests.jobs.plan)).query(({ ctx, input }) => planOf(ctx, input)),
  create: doing
    .meta({ action: 'job.create', subject: 'name' })
    .input(checked(requests.jobs.form))
    .mutation(async ({ ctx, input }) => {
      const known = await keepForSchedule(ctx, input);
      return withBook(ctx, async (book) => viewOf(book, await book.create(definitionOf(input, known.folder))));
    }),
  /** The form that would make it. */
  get: asking.input(checked(requests.jobs.one)).query(({ ctx, input }) =>
    withBook(ctx, async (book) => {
      const job = book.find(input.job);
      return {
        job: job.id,
        form: formOf(
          job,
          repositoryViews(ctx.home.state, () => false),
        ),
      };
    }),
  ),
  edit: doing
    .meta({ action: 'job.edit', subject: 'job' })
    .input(checked(requests.jobs.edit))
    .mutation(async ({ ctx, input }) => {
      const { job, form } = input;
      const known = await keepForSchedule(ctx, form);
      const of = { folder: known.folder, repositories: repositoryViews(ctx.home.state, () => false) };
      return withBook(ctx, async (book) => viewOf(book, await book.edit(job, changeOf(book.find(job), form, of))));
    }),
  pause: doing
    .meta({ action: 'job.pause', subject: 'job' })
    .input(checked(requests.jobs.pause))
    .mutation(({ ctx, input }) => withBook(ctx, async (book) => viewOf(book, await book.pause(input.job, input.paused)))),
  remove: doing
    .meta({ action: 'job.remove', subject: 'job' })
    .input(checked(requests.jobs.one))
    .mutation(({ ctx, input }) => withBook(ctx, async (book) => ({ removed: (await book.remove(input.job)).id }))),
  /** It opens its repository itself, as it does by schedule. */
  run: doing
    .meta({ action: 'job.run', subject: 'job' })
    .input(checked(requests.jobs.one))
    .mutation(async ({ ctx, input }) => {
      const { name } = findJob(ctx.home.state, input.job);
      return { run: await ctx.start({ kind: 'backup', repository: null, subjects: [], command: ['job', 'run', name] }) };
    }),
  /** Whether the job could do its work, asked of its own task; the answer is the report of the run. */
  check: doing
    .meta({ action: 'job.check', subject: 'job' })
    .input(checked(requests.jobs.one))
    .mutation(async ({ ctx, input }) => {
      const job = findJob(ctx.home.state, input.job);
      const machine = machineScheduler(ctx.home);
      if (machine === undefined) {
        const command = ['job', 'check', job.id, '--here'];
        return { run: await ctx.start({ kind: 'check', repository: null, subjects: [job.name], command }) };
      }
      try {
        const run = ctx.home.newRunId();
        await machine.scheduler.startCheck(job.id, run);
        return { run };
      } finally {
        await machine.close();
      }
    }),
});

async function withBook<Result>(ctx: Services, act: (book: JobBook) => Promise<Result>): Promise<Result> {
  const machine = machineScheduler(ctx.home);
  try {
    const scheduling = machine === undefined ? {} : { scheduler: machine.scheduler };
    return await act(jobBook({ home: ctx.home, now: () => ctx.now(), ...scheduling }));
  } finally {
    await machine?.close();
  }
}

function viewOf(book: JobBook, job: Job): JobView {
  const { id, name, host, selection, repository, schedule, retention, paused } = job;
  const vms =
    selection.kind === 'all' ? null : selection.kind === 'chosen' ? selection.vms : selection.tags.map((tag) => `#${tag}`);
  return {
    id,
    name,
    host,
    vms,
    repository: repository.path,
    recurrence: schedule.recurrence.kind,
    timeZone: schedule.timeZone,
    retention,
    paused,
    next: book.preview(job, 1)[0] ?? null,
  };
}
