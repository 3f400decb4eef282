import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openHome, runScheduler } from '#service';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { insertNightlyJob } from './nightly-job.ts';

test('a scheduler whose state is in use for too long looks again, and wakes its jobs', { timeout: 60_000 }, async (context) => {
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  const now = Date.UTC(2026, 5, 1, 12);
  insertNightlyJob(home, now);
  const prepare = home.state.prepare.bind(home.state);
  let refused = 0;
  home.state.prepare = (sql: string) => {
    if (refused >= 3) return prepare(sql);
    refused += 1;
    throw Object.assign(new Error('database is locked'), { code: 'ERR_SQLITE_ERROR', errcode: 5 });
  };
  const stop = new AbortController();
  const armed = Promise.withResolvers<number>();
  const running = runScheduler({
    home,
    program: { file: process.execPath, parameters: ['-e', '0', '--'] },
    signal: stop.signal,
    lookEveryMs: 5,
    timers: {
      now: () => now,
      at(instant) {
        armed.resolve(instant);
        return () => undefined;
      },
    },
    note: () => undefined,
  });
  // It ends by itself where it gave up.
  await Promise.race([armed.promise, running.then(() => assert.fail('it ended'))]);
  assert.equal(refused, 3);
  stop.abort();
  await running;
});
