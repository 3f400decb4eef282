import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { hostsWatch } from '../../main/service/console/hosts-watch.ts';
import { labRecord, type HostBook, type HostRecord, type OpenHost } from '../../main/service/hosts.ts';

const idleMs = 300_000;

/** A book with one host, whose connections are counted and named for where they lead. */
function watchedHost(context: TestContext) {
  let record: HostRecord = { ...labRecord, kind: 'hyper-v', name: 'HV1', id: '1', address: 'old.example' };
  let now = 0;
  const opened: string[] = [];
  const closed: string[] = [];
  const book: Pick<HostBook, 'list' | 'select' | 'open'> = {
    list: () => [record],
    select: () => record,
    async open(of) {
      opened.push(of.address ?? '');
      await new Promise(setImmediate);
      return { record: of, close: async () => void closed.push(of.address ?? '') } as unknown as OpenHost;
    },
  };
  const watch = hostsWatch({ hosts: book as HostBook, remember: async () => undefined, now: () => now });
  context.after(() => watch.close());
  return {
    watch,
    opened,
    closed,
    change: (next: Partial<HostRecord>) => (record = { ...record, ...next }),
    pass: (milliseconds: number) => (now += milliseconds),
  };
}

test('those that want a host at once share one connection', async (context) => {
  const { watch, opened } = watchedHost(context);
  const asked = ['a', 'b', 'c'].map((one) => watch.with('HV1', async ({ record }) => `${one} ${record.address}`));
  assert.deepEqual(await Promise.all(asked), ['a old.example', 'b old.example', 'c old.example']);
  assert.deepEqual(opened, ['old.example']);
});

test('a host that was taken away and added anew elsewhere is asked there, and the old connection ends', async (context) => {
  const { watch, opened, closed, change } = watchedHost(context);
  const addressOf = async ({ record }: OpenHost): Promise<string | null> => record.address;
  assert.equal(await watch.with('HV1', addressOf), 'old.example');
  change({ id: '2', address: 'new.example' });
  assert.equal(await watch.with('HV1', addressOf), 'new.example');
  assert.deepEqual([opened, closed], [['old.example', 'new.example'], ['old.example']]);
});

test('a connection that nobody has used for a while ends, and one that is in use does not', async (context) => {
  const { watch, closed, pass, change } = watchedHost(context);
  let done = (): void => undefined;
  const long = watch.with('HV1', () => new Promise<void>((resolve) => (done = resolve)));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  pass(2 * idleMs);
  await watch.sweep();
  change({ address: 'new.example' });
  await watch.with('HV1', async () => undefined);
  assert.deepEqual(closed, [], 'somebody is still at work on it');
  done();
  await long;
  assert.deepEqual(closed, ['old.example']);
  pass(2 * idleMs);
  await watch.sweep();
  assert.deepEqual(closed, ['old.example', 'new.example']);
});
