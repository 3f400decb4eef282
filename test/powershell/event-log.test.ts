import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { simulatedCommandLine } from './simulator/command-line.ts';
import { findEngine, missingEngine } from './simulator/engine.ts';

const skip = (await findEngine()) === null ? missingEngine : false;

test('a notice is an entry in the Application log, whose source is made by the first', { skip }, async (context) => {
  const { json, folder, world } = await simulatedCommandLine(context, {}, { HOSTKEEP_EVENT_LOG: '1' });
  const settings = join(folder, 'notify.json');
  await writeFile(settings, JSON.stringify({ eventLog: true }));
  await json('notify', 'set', settings);
  assert.deepEqual(await json('notify', 'test'), { delivered: 1, waiting: 0, postponed: [], failed: [] });
  assert.deepEqual(world.written, [
    {
      log: 'Application',
      source: 'Hostkeep',
      level: 'Information',
      id: 100,
      text: 'Hostkeep: test\n\nNotices of Hostkeep reach you.',
    },
  ]);
});
