import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cdbs } from '../../fixtures/cdbs.ts';
import { initiator, type Initiator } from '../../fixtures/initiator.ts';
import { noise } from '../../fixtures/environment.ts';
import { servedDisk, targetName } from '../../fixtures/published.ts';

const good = 0;
const checkCondition = 2;
const reservationConflict = 0x18;

/** Logged in, and past the attention of a new nexus. */
async function ready(port: number, isid?: string): Promise<Initiator> {
  const one = await initiator({ port, targetName, ...(isid === undefined ? {} : { isid, initiatorName: `iqn.test:${isid}` }) });
  await one.command(cdbs.testUnitReady);
  return one;
}

test('what is written is read back, and the base is read where nothing was written', async (context) => {
  const { port } = await servedDisk(context);
  const one = await ready(port);
  const bytes = noise(300 * 512, 1);
  assert.equal((await one.command(cdbs.write(1001, 300), { write: bytes })).status, good);
  const { data, status } = await one.command(cdbs.read(1000, 302), { read: 302 * 512 });
  assert.equal(status, good);
  const base = Buffer.alloc(8 * 1024 * 1024, 'restore point ');
  bytes.copy(base, 1001 * 512);
  assert.ok(data.equals(base.subarray(1000 * 512, 1302 * 512)));
  one.close();
});

test('a large write comes by several R2Ts, a large read in several segments', async (context) => {
  const { port } = await servedDisk(context);
  const one = await initiator({
    port,
    targetName,
    keys: { MaxBurstLength: '65536', MaxOutstandingR2T: '3', MaxRecvDataSegmentLength: '20000' },
  });
  await one.command(cdbs.testUnitReady);
  const bytes = noise(2048 * 512, 2);
  assert.equal((await one.command(cdbs.write(0, 2048), { write: bytes })).status, good);
  const { data } = await one.command(cdbs.read(0, 2048), { read: bytes.length });
  assert.ok(data.equals(bytes));
  one.close();
});

test('residuals say by how much the expectation was off', async (context) => {
  const { port } = await servedDisk(context);
  const one = await ready(port);
  const more = await one.command(cdbs.read(0, 1), { read: 10_000 });
  assert.deepEqual(more.residual, { flags: 2, bytes: 10_000 - 512 });
  const less = await one.command(cdbs.read(0, 2), { read: 700 });
  assert.deepEqual(less.residual, { flags: 4, bytes: 324 });
  assert.equal(less.data.length, 700);
  one.close();
});

test('addresses past the end, unknown commands and units that are not there are told apart', async (context) => {
  const { port } = await servedDisk(context);
  const one = await ready(port);
  assert.equal((await one.command(cdbs.read(16_384, 1), { read: 512 })).sense, '5/21/0');
  assert.equal((await one.command(cdbs.read(16_383, 2), { read: 1024 })).sense, '5/21/0');
  assert.equal((await one.command([0xc1, 0, 0, 0, 0, 0])).sense, '5/20/0');
  assert.equal((await one.command(cdbs.testUnitReady, { lun: 5 })).sense, '5/25/0');
  const nothing = await one.command([0x12, 0, 0, 0, 96, 0], { read: 96, lun: 5 });
  assert.equal(nothing.data[0], 0x7f);
  one.close();
});

test('COMPARE AND WRITE writes only over what it expects', async (context) => {
  const { port } = await servedDisk(context);
  const one = await ready(port);
  const old = (await one.command(cdbs.read(8, 1), { read: 512 })).data;
  const fresh = noise(512, 3);
  const cdb = [0x89, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0];
  assert.equal((await one.command(cdb, { write: Buffer.concat([old, fresh]) })).status, good);
  const again = await one.command(cdb, { write: Buffer.concat([old, fresh]) });
  assert.equal(again.status, checkCondition);
  assert.equal(again.sense, 'e/1d/0');
  assert.ok((await one.command(cdbs.read(8, 1), { read: 512 })).data.equals(fresh));
  one.close();
});

test('UNMAP gives space back, reads as zeros, and GET LBA STATUS says so', async (context) => {
  const { port, disk } = await servedDisk(context);
  const one = await ready(port);
  await one.command(cdbs.write(0, 64), { write: noise(64 * 512, 4) });
  assert.equal(disk.usedBytes(), 32 * 1024);
  const list = Buffer.alloc(24);
  list.writeUInt16BE(22, 0);
  list.writeUInt16BE(16, 2);
  list.writeUInt32BE(8, 12);
  list.writeUInt32BE(16, 16);
  assert.equal((await one.command([0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0], { write: list })).status, good);
  assert.equal(disk.usedBytes(), 24 * 1024);
  assert.ok((await one.command(cdbs.read(8, 16), { read: 8192 })).data.equals(Buffer.alloc(8192)));
  const status = (await one.command([0x9e, 0x12, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 40, 0, 0], { read: 40 })).data;
  assert.equal(status.readBigUInt64BE(8), 8n);
  assert.equal(status.readUInt32BE(16), 16);
  assert.equal(status[20], 1);
  assert.equal(status[36], 0);
  one.close();
});

test('WRITE SAME with UNMAP gives space back where zeros are to be read, and writes what else is; it has no way "to the end"', async (context) => {
  const { port, disk } = await servedDisk(context);
  const one = await ready(port);
  const same = (block: number, blocks: number): readonly number[] => [0x41, 0x08, 0, 0, 0, block, 0, 0, blocks, 0];
  assert.equal((await one.command(same(8, 8), { write: Buffer.alloc(512) })).status, good);
  assert.equal(disk.usedBytes(), 0);
  assert.ok((await one.command(cdbs.read(8, 8), { read: 4096 })).data.equals(Buffer.alloc(4096)));
  assert.equal((await one.command(same(8, 8), { write: Buffer.alloc(512, 0xff) })).status, good);
  assert.ok((await one.command(cdbs.read(8, 8), { read: 4096 })).data.equals(Buffer.alloc(4096, 0xff)));
  assert.equal(disk.usedBytes(), 4096);
  assert.equal((await one.command(same(8, 0), { write: Buffer.alloc(512) })).sense, '5/24/0');
  const limits = (await one.command([0x12, 1, 0xb0, 0, 64, 0], { read: 64 })).data;
  assert.equal(limits[4]! & 1, 1, 'WSNZ says so');
  one.close();
});

test('WRITE SAME without a data-out buffer writes zeros, and gives space back only with UNMAP', async (context) => {
  const { port, disk } = await servedDisk(context);
  const one = await ready(port);
  const same = (flags: number): readonly number[] => [0x93, flags, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0];
  const found = async (): Promise<Buffer> => (await one.command(cdbs.read(8, 8), { read: 4096 })).data;
  assert.equal((await one.command(same(0), { write: Buffer.alloc(512, 0xff) })).status, good);
  assert.ok((await found()).equals(Buffer.alloc(4096, 0xff)));
  assert.equal((await one.command(same(0x01))).status, good);
  assert.ok((await found()).equals(Buffer.alloc(4096)));
  assert.equal(disk.usedBytes(), 4096);
  assert.equal((await one.command(same(0x09))).status, good);
  assert.ok((await found()).equals(Buffer.alloc(4096)));
  assert.equal(disk.usedBytes(), 0);
  assert.equal(
    (await one.command(same(0x01), { write: Buffer.alloc(512) })).sense,
    '5/24/0',
    'a block that is announced all the same',
  );
  one.close();
});

test('a full overlay is told as space that cannot be allocated, and what was written stays readable', async (context) => {
  const { port, faults } = await servedDisk(context, { limitBytes: 64 * 1024 });
  const one = await ready(port);
  const bytes = noise(64 * 1024, 5);
  assert.equal((await one.command(cdbs.write(0, 128), { write: bytes })).status, good);
  assert.equal((await one.command(cdbs.write(128, 8), { write: bytes.subarray(0, 4096) })).sense, '7/27/7');
  assert.match(String(faults[0]), /limit/);
  assert.equal((await one.command(cdbs.write(0, 128), { write: bytes })).status, good, 'what has its place can be written again');
  assert.ok((await one.command(cdbs.read(0, 128), { read: bytes.length })).data.equals(bytes));
  one.close();
});

test('a persistent reservation keeps others from writing, until it is preempted', async (context) => {
  const { port } = await servedDisk(context);
  const [one, two] = [await ready(port, '400000000011'), await ready(port, '400000000012')];
  const reserveOut = (of: Initiator, action: number, keys: { readonly key: number; readonly other: number }, type = 0) => {
    const list = Buffer.alloc(24);
    list.writeBigUInt64BE(BigInt(keys.key), 0);
    list.writeBigUInt64BE(BigInt(keys.other), 8);
    return of.command([0x5f, action, type, 0, 0, 0, 0, 0, 24, 0], { write: list });
  };
  assert.equal((await reserveOut(one, 0, { key: 0, other: 1 })).status, good);
  assert.equal((await reserveOut(two, 0, { key: 0, other: 2 })).status, good);
  assert.equal((await reserveOut(one, 1, { key: 1, other: 0 }, 1)).status, good);
  assert.equal((await two.command(cdbs.write(0, 1), { write: Buffer.alloc(512) })).status, reservationConflict);
  assert.equal((await two.command(cdbs.read(0, 1), { read: 512 })).status, good);
  assert.equal((await reserveOut(two, 4, { key: 2, other: 1 }, 1)).status, good);
  assert.equal((await one.command(cdbs.testUnitReady)).sense, '6/2a/5');
  assert.equal((await one.command(cdbs.write(0, 1), { write: Buffer.alloc(512) })).status, reservationConflict);
  assert.equal((await two.command(cdbs.write(0, 1), { write: Buffer.alloc(512) })).status, good);
  one.close();
  two.close();
});

test('RESERVE goes with the session that held it', async (context) => {
  const { port } = await servedDisk(context);
  const [one, two] = [await ready(port, '400000000021'), await ready(port, '400000000022')];
  assert.equal((await one.command([0x16, 0, 0, 0, 0, 0])).status, good);
  assert.equal((await two.command(cdbs.read(0, 1), { read: 512 })).status, reservationConflict);
  await one.logout();
  for (let tries = 0; (await two.command(cdbs.testUnitReady)).status === reservationConflict; tries += 1)
    assert.ok(tries < 1000, 'the reservation stays');
  assert.equal((await two.command(cdbs.read(0, 1), { read: 512 })).status, good);
  two.close();
});

test('the identity of a unit is told in all pages and does not change', async (context) => {
  const { port } = await servedDisk(context);
  const one = await ready(port);
  const page = async (code: number): Promise<Buffer> => (await one.command([0x12, 1, code, 0, 255, 0], { read: 255 })).data;
  assert.equal((await page(0x80)).subarray(4).toString('latin1'), '00c0ffee00c0ffee');
  assert.match(
    (await page(0x83)).toString('latin1'),
    /HOSTKEEP00c0ffee00c0ffee.*iqn\.2026-01\.test\.hostkeep:disk,L,0x0000000000000000/s,
  );
  const capacity = (await one.command([0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0], { read: 32 })).data;
  assert.equal(capacity.readBigUInt64BE(0), 16_383n);
  assert.equal(capacity.readUInt32BE(8), 512);
  one.close();
});
