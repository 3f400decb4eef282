import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { mayBeSame, thisProcess } from '#engine/repository';
import { announceRun, findRun, openHome, type Home } from '#service';
import { tryClaim } from '../../../main/service/state/claims.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';

const run = { id: 'a1b2c3d4e5f6', kind: 'backup', startedAt: 1, repository: 'r', subjects: [] } as const;
const claim = { job: 'j1', repository: 'r', vms: ['v1'] };

async function homeOf(context: TestContext): Promise<{ readonly home: Home; readonly again: () => Home }> {
  const folder = join(await temporaryFolder(context), 'home');
  const open = (): Home => {
    const home = openHome(folder);
    context.after(() => home.close());
    return home;
  };
  return { home: open(), again: open };
}

/** What a row says whose process is gone and whose number another one has: this one. */
function outliveBoot({ state }: Home, table: string): void {
  state.prepare(`UPDATE ${table} SET process_start = 'boot 0'`).run();
}

test('a job that died with the computer does not keep itself from running once its number is another process', async (context) => {
  const { home } = await homeOf(context);
  assert.equal(tryClaim(home.state, run.id, claim), undefined);
  assert.match(tryClaim(home.state, 'f6e5d4c3b2a1', claim) ?? '', /running already/);
  outliveBoot(home, 'job_claims');
  assert.equal(tryClaim(home.state, 'f6e5d4c3b2a1', claim), undefined);
});

test('a run that died with the computer has ended, though its number is another process now', async (context) => {
  const { home, again } = await homeOf(context);
  announceRun(home.state, run, { command: ['backup'], lines: [] });
  assert.equal(home.journal.isAlive(run.id), true);
  assert.equal(findRun(again().state, run.id).run.state, 'running');
  outliveBoot(home, 'runs');
  assert.equal(home.journal.isAlive(run.id), false);
  const ended = findRun(again().state, run.id).run;
  assert.deepEqual([ended.state, ended.error?.code], ['failed', 'run/interrupted']);
});

test('where the system does not say when a process started, the start of the computer tells, whatever was set right of its clock', () => {
  const boot = Date.parse('2026-03-02T12:00Z');
  assert.ok(mayBeSame(`boot ${boot}`, `boot ${boot + 5 * 60_000}`), 'a clock that was set right meanwhile');
  assert.ok(!mayBeSame(`boot ${boot}`, `boot ${boot + 86_400_000}`), 'started anew');
  assert.ok(mayBeSame('', `boot ${boot}`) && mayBeSame('4711', ''), 'what is not known is no sign');
  assert.ok(!mayBeSame('4711', '4712'));
  assert.ok(mayBeSame(thisProcess().processStart, thisProcess().processStart));
});
