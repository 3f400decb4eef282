import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { StatusReport } from '#contract';
import { serveConsole } from '#service/console';
import { applyAlerts } from '../../main/service/state/alerts.ts';
import { testConsole } from './console-fixture.ts';

test('a monitoring system reads the status without a token where it was asked for, and nowhere else', async (context) => {
  const { folder, services, served } = await testConsole(context);
  assert.equal((await fetch(`${served.origin}/status`)).status, 404);
  const open = await serveConsole({ services, renderer: join(folder, 'renderer'), port: 0, status: true });
  context.after(() => open.close());
  const ask = (path: string, init: RequestInit = {}) => fetch(`${open.origin}${path}`, init);
  const calm = await ask('/status');
  assert.equal(calm.status, 200);
  assert.match(await calm.text(), /^HOSTKEEP WARNING - no job backs anything up/);
  const alert = {
    key: 'k',
    kind: 'run-missed',
    severity: 'alert',
    job: null,
    subject: 'Nightly',
    text: 'Nightly did not run.',
    run: null,
    times: 1,
    renews: true,
  } as const;
  applyAlerts(services.home.state, { raise: [alert], clear: [] }, services.now());
  const wrong = await ask('/status');
  assert.deepEqual([wrong.status, wrong.headers.get('cache-control')], [503, 'no-store']);
  assert.match(await wrong.text(), /^HOSTKEEP CRITICAL - .*\nalert: Nightly did not run\.\n$/);
  const report = (await (await ask('/status.json')).json()) as StatusReport;
  assert.deepEqual([report.level, report.alerts[0]?.subject], ['critical', 'Nightly']);
  assert.equal((await ask('/status', { method: 'POST' })).status, 405);
  assert.equal((await ask('/status', { headers: { 'sec-fetch-site': 'cross-site' } })).status, 403);
  assert.equal((await ask('/status.json/x')).status, 404);
});
