import {
  drillDefinitionSchema,
  parseInput,
  requests,
  type CheckedDrillRecord,
  type DrillReport,
  type DrillView,
  type KeptDrillRecord,
} from '#contract';
import { checkDrillRecord } from '#engine/recovery';
import { withDrillBook, type DrillBook } from '../../drill/drill-book.ts';
import { makeKeyFile } from '../../drill/drill-key.ts';
import { listDrillRecords, readDrillRecord } from '../../drill/list-records.ts';
import { repositoryViews } from '../../state/repositories.ts';
import { drillChangeOf, drillFormOf, drillOf } from '../drill-forms.ts';
import { keepForSchedule } from '../keep-for-schedule.ts';
import type { Services } from '../services.ts';
import { asking, checked, doing, router } from '../trpc.ts';

/** Restore drills: what there is, what they saw, and who vouches for it. */
export const drills = router({
  list: asking
    .input(checked(requests.none))
    .query(({ ctx }): Promise<readonly DrillView[]> =>
      inBook(ctx, async (book) => book.list().map((drill) => ({ ...drill, next: book.next(drill) }))),
    ),
  records: asking
    .input(checked(requests.none))
    .query(({ ctx }): Promise<readonly DrillReport['record'][]> => listDrillRecords(ctx.home.path)),
  record: asking
    .input(checked(requests.drills.record))
    .query(({ ctx, input }): Promise<KeptDrillRecord> => readDrillRecord(ctx.home.path, input.run)),
  check: asking
    .input(checked(requests.drills.check))
    .query(({ input }): CheckedDrillRecord => checkDrillRecord(input.text, input.key)),
  create: doing
    .meta({ action: 'drill.create', subject: 'name' })
    .input(checked(requests.drills.form))
    .mutation(async ({ ctx, input }) => {
      const known = await keepForSchedule(ctx, input);
      return inBook(ctx, async (book) => ({
        drill: (await book.create(parseInput(drillDefinitionSchema, drillOf(input, known.folder)))).id,
      }));
    }),
  /** The form that would make it. */
  get: asking.input(checked(requests.drills.one)).query(({ ctx, input }) =>
    inBook(ctx, async (book) => {
      const drill = book.find(input.drill);
      return {
        drill: drill.id,
        form: drillFormOf(
          drill,
          repositoryViews(ctx.home.state, () => false),
        ),
      };
    }),
  ),
  edit: doing
    .meta({ action: 'drill.edit', subject: 'drill' })
    .input(checked(requests.drills.edit))
    .mutation(async ({ ctx, input }) => {
      const { drill, form } = input;
      const known = await keepForSchedule(ctx, form);
      const of = { folder: known.folder, repositories: repositoryViews(ctx.home.state, () => false) };
      return inBook(ctx, async (book) => ({
        drill: (await book.edit(drill, parseInput(drillDefinitionSchema, drillChangeOf(book.find(drill), form, of)))).id,
      }));
    }),
  pause: doing
    .meta({ action: 'drill.pause', subject: 'drill' })
    .input(checked(requests.drills.pause))
    .mutation(({ ctx, input }) => inBook(ctx, async (book) => ({ drill: (await book.pause(input.drill, input.paused)).id }))),
  remove: doing
    .meta({ action: 'drill.remove', subject: 'drill' })
    .input(checked(requests.drills.one))
    .mutation(({ ctx, input }) => inBook(ctx, async (book) => ({ removed: (await book.remove(input.drill)).id }))),
  /** On a computer without a keystore: a key in a file, never over one that is there. */
  makeKey: doing
    .meta({ action: 'drill.make-key', subject: 'file' })
    .input(checked(requests.drills.makeKey))
    .mutation(async ({ input }) => ({ publicKey: await makeKeyFile(input.file) })),
  /** The run is that of its first VM; those that follow make their own known. */
  run: doing
    .meta({ action: 'drill.run', subject: 'drill' })
    .input(checked(requests.drills.one))
    .mutation(({ ctx, input }) =>
      inBook(ctx, async (book) => {
        const command = ['job', 'run', book.find(input.drill).name];
        return { run: await ctx.start({ kind: 'drill', repository: null, subjects: [], command }) };
      }),
    ),
});

function inBook<Result>(ctx: Services, act: (book: DrillBook) => Promise<Result>): Promise<Result> {
  return withDrillBook(ctx.home, () => ctx.now(), act);
}
