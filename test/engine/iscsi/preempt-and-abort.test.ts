import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bufferSource, type BlockSource } from '#engine/blocks';
import { noise } from '../../fixtures/environment.ts';
import { cdbs } from '../../fixtures/cdbs.ts';
import { initiator, startWrite, type Initiator } from '../../fixtures/initiator.ts';
import { servedDisk, targetName } from '../../fixtures/published.ts';

async function registered(port: number, isid: string, key: number): Promise<Initiator> {
  const one = await initiator({ port, targetName, isid, initiatorName: `iqn.test:${isid}` });
  await one.command(cdbs.testUnitReady);
  assert.equal((await reserveOut(one, 0, { key: 0, other: key })).status, 0);
  return one;
}

function reserveOut(one: Initiator, action: number, keys: { readonly key: number; readonly other: number }) {
  const list = Buffer.alloc(24);
  list.writeBigUInt64BE(BigInt(keys.key), 0);
  list.writeBigUInt64BE(BigInt(keys.other), 8);
  return one.command([0x5f, action, 1, 0, 0, 0, 0, 0, 24, 0], { write: list });
}

const preemptAndAbort = 5;
const tag = 77;

function sendAsked(one: Initiator, ready: Buffer, bytes: Buffer): void {
  const header = Buffer.alloc(48);
  header[0] = 0x05;
  header[1] = 0x80;
  ready.copy(header, 16, 16, 24);
  one.send(header, bytes);
}

test('PREEMPT AND ABORT ends a write that waits for its data: it is not answered, and data that comes late is not written', async (context) => {
  const { port } = await servedDisk(context);
  const [one, two] = [await registered(port, '400000000021', 1), await registered(port, '400000000022', 2)];
  const before = (await one.command(cdbs.read(100, 1), { read: 512 })).data;
  startWrite(two, { block: 100, tag });
  const { opcode, header } = await two.receive();
  assert.equal(opcode, 0x31);
  assert.equal((await reserveOut(one, preemptAndAbort, { key: 1, other: 2 })).status, 0);
  sendAsked(two, header, noise(512, 1));
  // Whatever is answered next is the answer to what is asked next.
  assert.equal((await two.command(cdbs.testUnitReady)).sense, '6/2a/5', 'it is told that its registration was preempted');
  assert.ok((await one.command(cdbs.read(100, 1), { read: 512 })).data.equals(before));
  for (const each of [one, two]) each.close();
});

/** A disk whose reads wait while its gate is shut: a write of part of a block has to read the rest first. */
function gated(bytes: Buffer): { readonly source: BlockSource; readonly waiting: Promise<void>; shut(): void; open(): void } {
  const source = bufferSource(bytes);
  const arrived = Promise.withResolvers<void>();
  let gate: PromiseWithResolvers<void> | undefined;
  return {
    source: {
      ...source,
      async read(offset, target) {
        if (gate !== undefined) arrived.resolve();
        await gate?.promise;
        await source.read(offset, target);
      },
    },
    waiting: arrived.promise,
    shut: () => {
      gate = Promise.withResolvers<void>();
    },
    open: () => {
      gate?.resolve();
      gate = undefined;
    },
  };
}

test('PREEMPT AND ABORT is answered only once a write that had begun has ended, so that nothing is written after it', async (context) => {
  const gate = gated(Buffer.alloc(1024 * 1024, 'base'));
  const { port, disk } = await servedDisk(context, { base: gate.source });
  const [one, two] = [await registered(port, '400000000031', 1), await registered(port, '400000000032', 2)];
  gate.shut();
  startWrite(two, { block: 100, tag, bytes: noise(512, 2) });
  await gate.waiting;
  let answered = false;
  const preempting = reserveOut(one, preemptAndAbort, { key: 1, other: 2 }).then((outcome) => {
    answered = true;
    assert.ok(disk.usedBytes() > 0, 'the write had ended by then');
    return outcome;
  });
  // The command has been taken once a later one of another session is answered.
  const three = await initiator({ port, targetName, isid: '400000000033' });
  await three.command(cdbs.testUnitReady);
  await three.command([0x12, 0, 0, 0, 96, 0], { read: 96 });
  assert.equal(answered, false);
  gate.open();
  assert.equal((await preempting).status, 0);
  assert.equal((await two.command(cdbs.testUnitReady)).sense, '6/2a/5');
  assert.ok((await one.command(cdbs.read(100, 1), { read: 512 })).data.equals(noise(512, 2)));
  for (const each of [one, two, three]) each.close();
});
