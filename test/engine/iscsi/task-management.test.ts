import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noise } from '../../fixtures/environment.ts';
import { cdbs } from '../../fixtures/cdbs.ts';
import { initiator, startWrite, type Initiator } from '../../fixtures/initiator.ts';
import { servedDisk, targetName } from '../../fixtures/published.ts';

const functions = { abortTask: 1, clearTaskSet: 4, unitReset: 5, warmReset: 6, reassign: 8 } as const;
const responses = { complete: 0, noSuchTask: 1, noSuchUnit: 2, notSupported: 5 } as const;
const readyToTransfer = 0x31;
const reservationConflict = 0x18;

async function ready(port: number, isid = '400000000001'): Promise<Initiator> {
  const one = await initiator({ port, targetName, isid, initiatorName: `iqn.test:${isid}` });
  await one.command(cdbs.testUnitReady);
  return one;
}

/** Asks, and gives the response. */
async function manage(one: Initiator, what: number, of: { readonly tag?: number; readonly lun?: number } = {}): Promise<number> {
  const header = Buffer.alloc(48);
  header[0] = 0x02;
  header[1] = 0x80 | what;
  header[9] = of.lun ?? 0;
  header.writeUInt32BE(9000, 16);
  header.writeUInt32BE(of.tag ?? 0xffff_ffff, 20);
  header.writeUInt32BE(one.nextCommand(), 24);
  one.send(header);
  const answer = await one.receive();
  assert.equal(answer.opcode, 0x22);
  assert.equal(answer.header.readUInt32BE(16), 9000);
  return answer.header[2]!;
}

/** A write of one block that waits for its data; gives what asks for them. */
async function waitingWrite(one: Initiator, block: number, tag: number): Promise<Buffer> {
  startWrite(one, { block, tag });
  const asked = await one.receive();
  assert.equal(asked.opcode, readyToTransfer);
  return asked.header;
}

test('ABORT TASK ends a write that waits for its data: it is never answered, and data that comes late is not written', async (context) => {
  const { port } = await servedDisk(context);
  const one = await ready(port);
  const two = await ready(port, '400000000002');
  const before = (await two.command(cdbs.read(100, 1), { read: 512 })).data;
  const asked = await waitingWrite(one, 100, 77);
  assert.equal(await manage(one, functions.abortTask, { tag: 77 }), responses.complete);
  const late = Buffer.alloc(48);
  late[0] = 0x05;
  late[1] = 0x80;
  asked.copy(late, 16, 16, 24);
  one.send(late, noise(512, 1));
  assert.equal(await manage(one, functions.abortTask, { tag: 77 }), responses.noSuchTask);
  assert.ok((await two.command(cdbs.read(100, 1), { read: 512 })).data.equals(before));
  for (const each of [one, two]) each.close();
});

test('CLEAR TASK SET ends the tasks of every session, and leaves those of other units', async (context) => {
  const { port } = await servedDisk(context);
  const [one, two] = [await ready(port), await ready(port, '400000000002')];
  await waitingWrite(two, 100, 77);
  assert.equal(await manage(one, functions.clearTaskSet, { lun: 3 }), responses.noSuchUnit);
  assert.equal(await manage(two, functions.abortTask, { tag: 78 }), responses.noSuchTask);
  assert.equal(await manage(one, functions.clearTaskSet), responses.complete);
  assert.equal(await manage(two, functions.abortTask, { tag: 77 }), responses.noSuchTask, 'it is gone');
  for (const each of [one, two]) each.close();
});

test('a reset ends reservations and modes, and everybody is told', async (context) => {
  const { port } = await servedDisk(context);
  for (const what of [functions.unitReset, functions.warmReset]) {
    const [one, two] = [await ready(port), await ready(port, '400000000002')];
    assert.equal((await one.command([0x16, 0, 0, 0, 0, 0])).status, 0);
    assert.equal((await two.command(cdbs.read(0, 1), { read: 512 })).status, reservationConflict);
    assert.equal(await manage(two, what), responses.complete);
    for (const each of [one, two]) assert.equal((await each.command(cdbs.testUnitReady)).sense, '6/29/3');
    assert.equal((await two.command(cdbs.read(0, 1), { read: 512 })).status, 0);
    for (const each of [one, two]) await each.logout();
  }
});

test('what there is none of says so', async (context) => {
  const { port } = await servedDisk(context);
  const one = await ready(port);
  assert.equal(await manage(one, functions.reassign), responses.notSupported);
  one.close();
});
