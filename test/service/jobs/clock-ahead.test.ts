import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { jobBook, openHome, statusReport, takeDue } from '#service';
import { temporaryFolder } from '../../fixtures/environment.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const noon = Date.parse('2026-03-02T12:00Z');

async function nightly(context: TestContext) {
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  const book = jobBook({ home, now: () => noon });
  const job = await book.create({
    name: 'Nightly',
    host: 'lab',
    selection: { kind: 'chosen', vms: ['FS01'] },
    repository: { path: '/nowhere', passphrase: { kind: 'keystore' } },
    schedule: { timeZone: 'UTC', recurrence: { kind: 'daily', times: ['22:00'] } },
  });
  const due = (at: number): boolean => takeDue(home.state, job.id, at).due;
  const missed = (at: number) => statusReport(home.state, at).alerts.filter(({ kind }) => kind === 'run-missed');
  return { home, book, due, missed };
}

test('a job that ran while the clock was years ahead runs in the night after the clock was set right', async (context) => {
  const { due, missed } = await nightly(context);
  assert.ok(due(noon + 1000 * dayMs));
  assert.ok(!due(noon + hourMs), 'its look at the right time starts nothing');
  assert.ok(due(noon + 10 * hourMs + 1));
  assert.ok(!due(noon + 11 * hourMs), 'and once');
  assert.deepEqual(missed(noon + 33 * hourMs), []);
});

test('a night that passes without a run is told, though the clock was ahead before', async (context) => {
  const { due, missed } = await nightly(context);
  assert.equal(missed(noon + 1000 * dayMs).length, 1);
  assert.ok(due(noon + 1000 * dayMs));
  missed(noon + hourMs);
  assert.equal(missed(noon + 36 * hourMs)[0]?.lastAt, noon + 36 * hourMs);
});

test('a clock that is behind takes nothing back', async (context) => {
  const { due } = await nightly(context);
  assert.ok(due(noon + 10 * hourMs + 1));
  assert.ok(!due(Date.parse('2001-01-01T00:00Z')));
  assert.ok(!due(noon + 11 * hourMs), 'what was answered stays answered');
});
