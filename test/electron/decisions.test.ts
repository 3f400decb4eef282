import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunView } from '#contract';
import { placeFor } from '../../main/electron/window-place.ts';
import { isOurs } from '../../main/electron/origin.ts';
import { standingOf } from '../../main/electron/standing.ts';

const run = (part: Partial<RunView>): RunView =>
  ({ id: 'a', state: 'success', endedAt: 100, progress: null, ...part }) as RunView;
const progress = (doneBytes: number, totalBytes: number): RunView['progress'] => ({ phase: '', doneBytes, totalBytes, at: 0 });

test('trouble stays in the tray until it was seen, whatever runs meanwhile', () => {
  const of = (runs: readonly RunView[], seenUntil = 0, alerts: Parameters<typeof standingOf>[0]['alerts'] = []) =>
    standingOf({ runs, alerts, seenUntil });
  assert.deepEqual(of([]), { kind: 'well' });
  assert.deepEqual(of([run({ state: 'running', endedAt: null })]), { kind: 'running', count: 1, share: null });
  const two = [run({ state: 'running', progress: progress(10, 40) }), run({ state: 'running', progress: progress(30, 40) })];
  assert.deepEqual(of(two), { kind: 'running', count: 2, share: 0.5 });
  assert.deepEqual(of([...two, run({ state: 'failed' })]), { kind: 'attention', count: 1, share: 0.5 });
  assert.deepEqual(of([run({ state: 'warning' }), run({ state: 'cancelled' })]), { kind: 'attention', count: 1, share: null });
  assert.deepEqual(of([run({ state: 'failed' })], 100), { kind: 'well' });
  assert.equal(of([], 0, [{ severity: 'alert', seenAt: null }]).kind, 'attention');
  assert.equal(
    of([], 0, [
      { severity: 'note', seenAt: null },
      { severity: 'alert', seenAt: 5 },
    ]).kind,
    'well',
  );
});

test('a window opens where it was, unless that screen is gone', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1040 };
  const place = { x: 100, y: 50, width: 1300, height: 800, maximised: false };
  assert.deepEqual(placeFor(place, [screen]), { x: 100, y: 50, width: 1300, height: 800 });
  assert.deepEqual(placeFor({ ...place, x: 2500 }, [screen]), { width: 1300, height: 800 });
  assert.deepEqual(placeFor({ ...place, y: -400 }, [screen]), { width: 1300, height: 800 });
  assert.deepEqual(placeFor({ ...place, x: -1900 }, [{ ...screen, x: -1920 }]), { x: -1900, y: 50, width: 1300, height: 800 });
  assert.deepEqual(placeFor({ ...place, width: 10, height: 10 }, [screen]), { x: 100, y: 50, width: 1024, height: 700 });
  assert.deepEqual(placeFor(null, [screen]), { width: 1280, height: 820 });
});

test('only our own origin is ours', () => {
  for (const url of ['app://hostkeep', 'app://hostkeep/', 'app://hostkeep/#/runs', 'app://hostkeep/assets/x.js'])
    assert.ok(isOurs(url), url);
  for (const url of [
    'app://hostkeep.evil/',
    'app://hostkeepx',
    'app://user@hostkeep/',
    'https://hostkeep/',
    'file:///app://hostkeep/',
    'data:text/html,app://hostkeep/',
    'about:blank',
    '',
  ])
    assert.ok(!isOurs(url), url);
});
