import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mock, test, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { hasCode } from '#contract';
import { connectTarget } from '../../../main/lab/iscsi/session.ts';
import { initiator } from '../../fixtures/initiator.ts';
import { cdbs } from '../../fixtures/cdbs.ts';
import { servedDisk, targetName } from '../../fixtures/published.ts';

/** Time is what the test says it is, from the first connection on. */
function stoppedClock(context: TestContext): (seconds: number) => void {
  mock.timers.enable({ apis: ['setInterval'] });
  context.after(() => mock.timers.reset());
  return (seconds) => mock.timers.tick(seconds * 1000);
}

/** What was sent on either side has come to the other one. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
}

test('an initiator that says nothing is asked, and is gone after two minutes without an answer; that is logged, and it can come again', async (context) => {
  const served = await servedDisk(context);
  const pass = stoppedClock(context);
  let asked = 0;
  const onPing = (): boolean => {
    asked += 1;
    return false;
  };
  const one = await initiator({ port: served.port, targetName, onPing });
  const closed = once(one.socket, 'close');
  // Its login was a sign of life.
  for (let looks = 0; looks < 4; looks += 1) {
    pass(30);
    await settled();
  }
  assert.equal(one.socket.destroyed, false);
  pass(30);
  await closed;
  assert.equal(asked, 3);
  assert.equal(served.faults.length, 1);
  assert.ok(hasCode(served.faults[0], 'iscsi/initiator-gone'));
  assert.equal(served.faults[0].details['initiator'], 'iqn.2026-01.test:initiator');
  const again = await initiator({ port: served.port, targetName });
  await again.command(cdbs.testUnitReady);
  again.close();
});

for (const digests of [
  { header: false, data: false },
  { header: true, data: true },
])
  test(`an initiator that answers stays for as long as it likes${digests.header ? ', with digests too' : ''}, and its numbers stay right`, async (context) => {
    const served = await servedDisk(context);
    const pass = stoppedClock(context);
    let asked = 0;
    const onPing = (): boolean => {
      asked += 1;
      return true;
    };
    const one = await initiator({ port: served.port, targetName, digests, onPing });
    context.after(() => one.close());
    for (let looks = 0; looks < 40; looks += 1) {
      pass(30);
      await settled();
    }
    assert.ok(asked >= 13, `${asked}`);
    await one.command(cdbs.testUnitReady);
    assert.equal((await one.command(cdbs.read(0, 8), { read: 4096 })).status, 0);
    assert.deepEqual([served.faults, served.protocolErrors], [[], []]);
  });

test('the initiator of the lab answers', async (context) => {
  const served = await servedDisk(context);
  const pass = stoppedClock(context);
  const session = await connectTarget(
    { address: '127.0.0.1', port: served.port },
    { initiatorName: 'iqn.2026-01.test:lab', targetName, chap: null },
  );
  context.after(() => session.close());
  for (let looks = 0; looks < 40; looks += 1) {
    pass(30);
    await settled();
  }
  await session.units[0]!.disk.read(0, Buffer.alloc(4096));
  assert.deepEqual([served.faults, served.protocolErrors], [[], []]);
});
