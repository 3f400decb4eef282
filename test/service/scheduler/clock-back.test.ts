import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openHome, runScheduler } from '#service';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { insertNightlyJob } from './nightly-job.ts';

const yearMs = 365 * 86_400_000;
const dayMs = 86_400_000;

test(
  'a clock that was years ahead and is put right leaves no job waiting for those years',
  { timeout: 60_000 },
  async (context) => {
    const home = openHome(join(await temporaryFolder(context), 'home'));
    context.after(() => home.close());
    const right = Date.UTC(2026, 5, 1, 12);
    insertNightlyJob(home, right);
    let now = right + 4 * yearMs;
    const wakes: number[] = [];
    const armed: ((instant: number) => void)[] = [];
    const nextWake = (): Promise<number> => new Promise((resolve) => armed.push(resolve));
    const stop = new AbortController();
    const first = nextWake();
    const running = runScheduler({
      home,
      program: { file: process.execPath, parameters: ['-e', '0', '--'] },
      signal: stop.signal,
      lookEveryMs: 5,
      timers: {
        now: () => now,
        at(instant) {
          wakes.push(instant);
          armed.shift()?.(instant);
          return () => undefined;
        },
      },
      note: () => undefined,
    });
    assert.ok((await first) > right + 4 * yearMs);
    const second = nextWake();
    now = right;
    assert.ok((await second) < right + dayMs, 'woken within the day of the clock as it is now');
    stop.abort();
    await running;
    assert.equal(wakes.length, 2, 'and set anew only then');
  },
);
