import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { HostkeepError } from '#contract';
import { openHome, type Home } from '#service';
import { runSeries, type SeriesOf, type Watch } from '../../../main/service/drill/run-series.ts';
import { runDetail } from '../../../main/service/state/run-views.ts';
import { requestCancel } from '../../../main/service/state/run-control.ts';
import { listRuns } from '../../../main/service/state/runs.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';

async function series(context: TestContext): Promise<{ readonly home: Home; readonly of: SeriesOf<string> }> {
  const home = openHome(await temporaryFolder(context));
  context.after(() => home.close());
  const of = { home, run: undefined, drill: 'Sundays', repository: '0'.repeat(32), nameOf: (vm: string) => vm };
  return { home, of: { ...of, subjects: ['FS01', 'APP01', 'LNX01'], signal: new AbortController().signal } };
}

const passed = { result: 'success', report: { verdict: 'passed' } } as const;

/** Until somebody cancels it. */
function untilCancelled({ signal }: Watch): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}

/** Of each VM, in the order of the drill. */
function statesOf(home: Home): readonly (readonly string[])[] {
  const [any] = listRuns(home.state, 10);
  return runDetail(home.state, any!.id).series.map(({ vms, state, progress }) => [vms[0]!, state, progress?.phase ?? '']);
}

test('all VMs of a drill are known before the first is tried, and each is tried in its turn', async (context) => {
  const { home, of } = await series(context);
  const seen: unknown[] = [];
  const waits = 'waiting: for the VMs before it';
  const done = await runSeries(of, async (vm) => {
    seen.push(statesOf(home));
    return { result: vm === 'APP01' ? 'warning' : 'success', report: { vm } };
  });
  assert.deepEqual(done, { reports: [{ vm: 'FS01' }, { vm: 'APP01' }, { vm: 'LNX01' }], cancelled: [] });
  assert.deepEqual(seen, [
    [
      ['FS01', 'running', ''],
      ['APP01', 'running', waits],
      ['LNX01', 'running', waits],
    ],
    [
      ['FS01', 'success', ''],
      ['APP01', 'running', ''],
      ['LNX01', 'running', waits],
    ],
    [
      ['FS01', 'success', ''],
      ['APP01', 'warning', ''],
      ['LNX01', 'running', ''],
    ],
  ]);
});

test('one that is cancelled while it waits is over at once, and the others are tried', async (context) => {
  const { home, of } = await series(context);
  const done = await runSeries(of, async (vm, run) => {
    if (vm === 'FS01') {
      const { series: all } = runDetail(home.state, run);
      requestCancel(home.state, all[1]!.id);
      while (runDetail(home.state, all[1]!.id).run.state === 'running') await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return passed;
  });
  assert.deepEqual(done, { reports: [passed.report, passed.report], cancelled: ['APP01'] });
  assert.deepEqual(
    statesOf(home).map(([vm, state]) => [vm, state]),
    [
      ['FS01', 'success'],
      ['APP01', 'cancelled'],
      ['LNX01', 'success'],
    ],
  );
});

test('one that is cancelled while it is tried leaves the others their turn; all that are cancelled are a cancelled drill', async (context) => {
  const { home, of } = await series(context);
  const done = await runSeries(of, async (vm, run, watch) => {
    if (vm !== 'FS01') return passed;
    requestCancel(home.state, run);
    return untilCancelled(watch);
  });
  assert.deepEqual(done, { reports: [passed.report, passed.report], cancelled: ['FS01'] });
  const again = await series(context);
  const all = runSeries(again.of, async (_vm, run, watch) => {
    for (const { id } of runDetail(again.home.state, run).series) requestCancel(again.home.state, id);
    return untilCancelled(watch);
  });
  await assert.rejects(all, { code: 'input/cancelled' });
  assert.deepEqual(
    statesOf(again.home).map(([, state]) => state),
    ['cancelled', 'cancelled', 'cancelled'],
  );
});

test('what ends the drill ends the VMs that wait, with the reason', async (context) => {
  const { home, of } = await series(context);
  await assert.rejects(
    runSeries(of, async () => {
      throw new HostkeepError('drill/key-unfit');
    }),
    { code: 'drill/key-unfit' },
  );
  assert.deepEqual(
    listRuns(home.state, 10).map(({ state, error }) => [state, error?.code]),
    [
      ['failed', 'drill/key-unfit'],
      ['failed', 'drill/key-unfit'],
      ['failed', 'drill/key-unfit'],
    ],
  );
});
