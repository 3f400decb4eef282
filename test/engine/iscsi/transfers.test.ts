import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bufferSource } from '#engine/blocks';
import { noise } from '../../fixtures/environment.ts';
import { cdbs } from '../../fixtures/cdbs.ts';
import { initiator, type Initiator } from '../../fixtures/initiator.ts';
import { servedDisk, targetName } from '../../fixtures/published.ts';

async function ready(port: number, keys: Readonly<Record<string, string>> = {}): Promise<Initiator> {
  const one = await initiator({ port, targetName, keys });
  await one.command(cdbs.testUnitReady);
  return one;
}

/** CDBs of one command in all of its sizes, for a range below 2^21. */
function sizes(opcodes: { readonly six?: number; readonly ten: number; readonly twelve: number; readonly sixteen: number }) {
  return (block: number, blocks: number): readonly (readonly number[])[] => {
    const [six, ten, twelve, sixteen] = [6, 10, 12, 16].map((bytes) => Buffer.alloc(bytes)) as [Buffer, Buffer, Buffer, Buffer];
    six[0] = opcodes.six ?? 0;
    six.writeUIntBE(block, 1, 3);
    six[4] = blocks;
    ten[0] = opcodes.ten;
    ten.writeUInt32BE(block, 2);
    ten.writeUInt16BE(blocks, 7);
    twelve[0] = opcodes.twelve;
    twelve.writeUInt32BE(block, 2);
    twelve.writeUInt32BE(blocks, 6);
    sixteen[0] = opcodes.sixteen;
    sixteen.writeBigUInt64BE(BigInt(block), 2);
    sixteen.writeUInt32BE(blocks, 10);
    return [...(opcodes.six === undefined ? [] : [six]), ten, twelve, sixteen].map((cdb) => [...cdb]);
  };
}

const reads = sizes({ six: 0x08, ten: 0x28, twelve: 0xa8, sixteen: 0x88 });
const writes = sizes({ six: 0x0a, ten: 0x2a, twelve: 0xaa, sixteen: 0x8a });
const verifies = sizes({ ten: 0x2f, twelve: 0xaf, sixteen: 0x8f });

test('every size of READ finds what every size of WRITE has written', async (context) => {
  const { port } = await servedDisk(context);
  const one = await ready(port);
  for (const [at, cdb] of writes(3000, 9).entries()) {
    const bytes = noise(9 * 512, at + 1);
    assert.equal((await one.command(cdb, { write: bytes })).status, 0);
    for (const wanted of reads(3000, 9)) {
      const { data, status } = await one.command(wanted, { read: bytes.length });
      assert.equal(status, 0);
      assert.ok(data.equals(bytes), `written by ${cdb[0]!.toString(16)}, read by ${wanted[0]!.toString(16)}`);
    }
  }
  const { data } = await one.command([0x08, 0, 0, 0, 0, 0], { read: 256 * 512 });
  assert.equal(data.length, 256 * 512, 'six bytes, no length: 256 blocks');
  one.close();
});

test('every size of VERIFY compares with what it is sent, and says where it differs', async (context) => {
  const { port } = await servedDisk(context);
  const one = await ready(port);
  const bytes = noise(8 * 512, 6);
  await one.command(cdbs.write(500, 8), { write: bytes });
  const other = Buffer.from(bytes);
  other[777]! ^= 1;
  for (const cdb of verifies(500, 8)) {
    assert.equal((await one.command(cdb)).status, 0, 'the medium alone');
    const compare = [cdb[0]!, 0x02, ...cdb.slice(2)];
    assert.equal((await one.command(compare, { write: bytes })).status, 0);
    assert.equal((await one.command(compare, { write: other })).sense, 'e/1d/0');
  }
  one.close();
});

test('data comes with the command, without being asked for, and asked for, all in one write', async (context) => {
  const { port } = await servedDisk(context);
  const one = await ready(port, { InitialR2T: 'No', ImmediateData: 'Yes', FirstBurstLength: '65536', MaxBurstLength: '65536' });
  assert.equal(one.loginKeys.get('InitialR2T'), 'No');
  const bytes = noise(512 * 512, 9);
  const header = Buffer.alloc(48);
  header[0] = 0x01;
  // Not final: data follows unasked.
  header[1] = 0x20;
  header.writeUInt32BE(42, 16);
  header.writeUInt32BE(bytes.length, 20);
  header.writeUInt32BE(one.nextCommand(), 24);
  header.set(cdbs.write(64, 512), 32);
  one.send(header, bytes.subarray(0, 16_384));
  const out = (of: {
    readonly at: number;
    readonly to: number;
    readonly sn: number;
    readonly final: boolean;
    readonly tags: Buffer;
  }): void => {
    const data = Buffer.alloc(48);
    data[0] = 0x05;
    data[1] = of.final ? 0x80 : 0;
    of.tags.copy(data, 16);
    data.writeUInt32BE(of.sn, 36);
    data.writeUInt32BE(of.at, 40);
    one.send(data, bytes.subarray(of.at, of.to));
  };
  const unasked = Buffer.from('0000002affffffff', 'hex');
  out({ at: 16_384, to: 40_000, sn: 0, final: false, tags: unasked });
  out({ at: 40_000, to: 65_536, sn: 1, final: true, tags: unasked });
  let asked = 0;
  for (;;) {
    const { opcode, header: ready } = await one.receive();
    if (opcode === 0x21) {
      assert.equal(ready[3], 0);
      break;
    }
    assert.equal(opcode, 0x31);
    asked += 1;
    const at = ready.readUInt32BE(40);
    out({ at, to: at + ready.readUInt32BE(44), sn: 0, final: true, tags: ready.subarray(16, 24) });
  }
  assert.equal(asked, 3, 'what is left, in bursts of 64 KiB');
  const { data } = await one.command(cdbs.read(64, 512), { read: bytes.length });
  assert.ok(data.equals(bytes));
  one.close();
});

test('a disk of 4096-byte sectors is served as one', async (context) => {
  const bytes = noise(4 * 1024 * 1024, 12);
  const base = { ...bufferSource(bytes), logicalSectorSize: 4096, physicalSectorSize: 4096 };
  const { port } = await servedDisk(context, { base });
  const one = await ready(port);
  const capacity = (await one.command([0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0], { read: 32 })).data;
  assert.equal(capacity.readBigUInt64BE(0), 1023n);
  assert.equal(capacity.readUInt32BE(8), 4096);
  assert.ok((await one.command(cdbs.read(7, 3), { read: 3 * 4096 })).data.equals(bytes.subarray(7 * 4096, 10 * 4096)));
  const fresh = noise(4096, 13);
  assert.equal((await one.command(cdbs.write(7, 1), { write: fresh })).status, 0);
  assert.ok((await one.command(cdbs.read(7, 1), { read: 4096 })).data.equals(fresh));
  assert.equal((await one.command(cdbs.read(1024, 1), { read: 4096 })).sense, '5/21/0');
  one.close();
});

test('mode pages tell of the write cache, which an initiator may switch off for all; others are told', async (context) => {
  const { port } = await servedDisk(context);
  const one = await ready(port);
  const two = await initiator({ port, targetName, isid: '400000000002' });
  await two.command(cdbs.testUnitReady);
  const caching = async (of: Initiator): Promise<Buffer> => (await of.command([0x1a, 0x08, 0x08, 0, 64, 0], { read: 64 })).data;
  const page = await caching(one);
  assert.equal(page[4], 0x08);
  assert.equal(page[6]! & 0x04, 0x04, 'on');
  const list = Buffer.from(page);
  list.fill(0, 0, 4);
  list[6] = 0;
  assert.equal((await one.command([0x15, 0x10, 0, 0, list.length, 0], { write: list })).status, 0);
  assert.equal((await two.command(cdbs.testUnitReady)).sense, '6/2a/1');
  assert.equal((await caching(two))[6]! & 0x04, 0, 'off');
  list[8] = 1;
  assert.equal(
    (await one.command([0x15, 0x10, 0, 0, list.length, 0], { write: list })).sense,
    '5/26/0',
    'what cannot be changed',
  );
  for (const each of [one, two]) each.close();
});
