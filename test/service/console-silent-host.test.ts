import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { HostView } from '#contract';
import { consoleRouter } from '../../main/service/console/router.ts';
import { temporaryFolder } from '../fixtures/environment.ts';
import { testConsole } from './console-fixture.ts';

interface Asked {
  readonly type: string;
  readonly inputs: readonly { readonly schema: { readonly entries?: object } }[];
}

/** What pages ask without saying of what: all that lists. */
const lists = Object.entries(consoleRouter._def.procedures)
  .filter(([, procedure]) => {
    const { type, inputs } = (procedure as unknown as { readonly _def: Asked })._def;
    return type === 'query' && Object.keys(inputs[0]?.schema.entries ?? { some: 1 }).length === 0;
  })
  .map(([path]) => path);

test(
  'while a host is asked and does not answer, every list is answered',
  { skip: process.platform === 'win32' ? 'a shell script stands for PowerShell' : false },
  async (context) => {
    const folder = await temporaryFolder(context);
    const [engine, noted] = [join(folder, 'engine'), join(folder, 'pid')];
    await writeFile(engine, `#!/bin/sh\necho $$ > '${noted}.new' && mv '${noted}.new' '${noted}'\nexec sleep 600\n`, {
      mode: 0o755,
    });
    process.env['HOSTKEEP_POWERSHELL'] = engine;
    const { ask, call, services } = await testConsole(context);
    const host = { name: 'HV01', address: null, useSsl: false, port: null, user: null, path: 'auto', ledger: '' } as const;
    await services.home.hosts.add(host, null);
    await ask<HostView[]>('hosts.list');
    const deadline = Date.now() + 120_000;
    while (!existsSync(noted)) {
      assert.ok(Date.now() < deadline, 'the host is asked in the background');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const pid = Number(await readFile(noted, 'utf8'));
    try {
      assert.ok(lists.length > 10 && lists.includes('hosts.list') && lists.includes('vms.list'), lists.join(' '));
      for (const path of lists) {
        const { status, code } = await call(path, {});
        assert.deepEqual([status, code], [200, undefined], path);
      }
      assert.ok(process.kill(pid, 0), 'the host is still silent');
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  },
);
