import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { keptOpen } from '../../main/service/console/kept-open.ts';

function keeping(context: TestContext) {
  let now = 0;
  const closed: string[] = [];
  const kept = keptOpen<string>({ keptMs: 100, keptCount: 2, now: () => now, close: async (value) => void closed.push(value) });
  context.after(() => kept.close());
  return {
    kept,
    closed,
    pass: (milliseconds: number) => (now += milliseconds),
    use: (key: string) =>
      kept.use(
        key,
        async () => key,
        async (value) => value,
      ),
  };
}

test('what is in use is not closed, however long that takes and however much else is opened', async (context) => {
  const { kept, closed, pass, use } = keeping(context);
  let done = (): void => undefined;
  const long = kept.use(
    'a',
    async () => 'a',
    () => new Promise<void>((resolve) => (done = resolve)),
  );
  await new Promise(setImmediate);
  for (const key of ['b', 'c', 'd']) {
    pass(1);
    await use(key);
  }
  pass(1000);
  await kept.sweep();
  assert.deepEqual(closed.toSorted(), ['b', 'c', 'd']);
  done();
  await long;
  pass(1000);
  await kept.sweep();
  assert.deepEqual(closed.at(-1), 'a');
});

test('what is forgotten while it is in use is closed by its last user, and opened anew by the next', async (context) => {
  const { kept, closed, use } = keeping(context);
  let done = (): void => undefined;
  const long = kept.use(
    'a',
    async () => 'old',
    () => new Promise<void>((resolve) => (done = resolve)),
  );
  await new Promise(setImmediate);
  await kept.forget((key) => key === 'a');
  assert.equal(await use('a'), 'a');
  assert.deepEqual(closed, []);
  done();
  await long;
  assert.deepEqual(closed, ['old']);
});

test('what could not be opened is tried anew', async (context) => {
  const { kept, closed, use } = keeping(context);
  const failing = (): Promise<string> =>
    kept.use(
      'a',
      () => Promise.reject(new Error('away')),
      async (value) => value,
    );
  await Promise.all([assert.rejects(failing(), /away/), assert.rejects(failing(), /away/)]);
  assert.equal(await use('a'), 'a');
  assert.deepEqual(closed, []);
});
