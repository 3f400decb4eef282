import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { hasCode } from '#contract';
import { noise } from '../../fixtures/environment.ts';
import { cdbs } from '../../fixtures/cdbs.ts';
import { initiator, type Initiator } from '../../fixtures/initiator.ts';
import { connected, loginRequest, pduOf, textOf } from '../../fixtures/iscsi-pdu.ts';
import { forSeeds } from '../../fixtures/properties.ts';
import { servedDisk, targetName, type ServedDisk } from '../../fixtures/published.ts';
import { mutate } from '../../fuzz/mutate.ts';

const plain = { header: false, data: false };
const names = { InitiatorName: 'iqn.2026-01.test:hostile', TargetName: targetName, SessionType: 'Normal' };

/** Somebody who is served while others misbehave; every look is a write, a read back and a look at the faults. */
async function witness(context: TestContext, served: ServedDisk): Promise<() => Promise<void>> {
  const one = await initiator({ port: served.port, targetName, initiatorName: 'iqn.2026-01.test:witness', isid: '400000000099' });
  context.after(() => one.close());
  await one.command(cdbs.testUnitReady);
  let seed = 1;
  return async () => {
    const bytes = noise(4096, (seed += 1));
    // A reset that a hostile one asked for is told first.
    const write = async (): Promise<void> => {
      const { status, sense } = await one.command(cdbs.write(16_376, 8), { write: bytes });
      if (sense.startsWith('6/')) return write();
      assert.equal(status, 0, sense);
      return undefined;
    };
    await write();
    assert.ok((await one.command(cdbs.read(16_376, 8), { read: 4096 })).data.equals(bytes));
    assert.deepEqual(served.faults, []);
    for (const error of served.protocolErrors) assert.ok(hasCode(error, 'iscsi/malformed'), String(error));
  };
}

function commandHeader(of: {
  readonly cdb: readonly number[];
  readonly flags: number;
  readonly tag: number;
  readonly length: number;
  readonly sn: number;
}): Buffer {
  const header = Buffer.alloc(48);
  header[0] = 0x01;
  header[1] = of.flags;
  header.writeUInt32BE(of.tag, 16);
  header.writeUInt32BE(of.length, 20);
  header.writeUInt32BE(of.sn, 24);
  header.set(of.cdb, 32);
  return header;
}

function dataOut(
  tag: number,
  transferTag: number,
  of: { readonly sn: number; readonly offset: number; readonly final: boolean },
) {
  const header = Buffer.alloc(48);
  header[0] = 0x05;
  header[1] = of.final ? 0x80 : 0;
  header.writeUInt32BE(tag, 16);
  header.writeUInt32BE(transferTag, 20);
  header.writeUInt32BE(of.sn, 36);
  header.writeUInt32BE(of.offset, 40);
  return header;
}

/** All that an initiator says in a short life: login, commands with and without data, management, text. */
function conversation(): readonly Buffer[] {
  const pdus = [
    pduOf(loginRequest({ stage: 0, next: 1 }), textOf({ ...names, AuthMethod: 'None' }), plain),
    pduOf(
      loginRequest({ stage: 1, next: 3 }),
      textOf({ HeaderDigest: 'None', InitialR2T: 'No', MaxBurstLength: '65536' }),
      plain,
    ),
  ];
  let sn = 1;
  const command = (cdb: readonly number[], flags: number, length: number, data: Buffer = Buffer.alloc(0)): void => {
    pdus.push(pduOf(commandHeader({ cdb, flags, tag: 100 + sn, length, sn }), data, plain));
    sn += 1;
  };
  command(cdbs.testUnitReady, 0x80, 0);
  command([0x12, 1, 0x83, 0, 255, 0], 0xc0, 255);
  command(cdbs.read(5, 40), 0xc0, 40 * 512);
  command(cdbs.write(0, 1), 0xa0, 512, noise(512, 3));
  command(cdbs.write(8, 2), 0x20, 1024, noise(512, 4));
  pdus.push(pduOf(dataOut(100 + sn - 1, 0xffff_ffff, { sn: 0, offset: 512, final: true }), noise(512, 5), plain));
  command([0x9e, 0x12, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 40, 0, 0], 0xc0, 40);
  command([0x5f, 6, 0, 0, 0, 0, 0, 0, 24, 0], 0xa0, 24, noise(24, 6));
  command([0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0], 0xa0, 24, Buffer.alloc(24));
  command([0x55, 0x10, 0, 0, 0, 0, 0, 0, 8, 0], 0xa0, 8, Buffer.alloc(8));
  const management = Buffer.alloc(48);
  management[0] = 0x42;
  management[1] = 0x81;
  pdus.push(pduOf(management, Buffer.alloc(0), plain));
  const text = Buffer.alloc(48);
  text[0] = 0x44;
  text[1] = 0x80;
  text.writeUInt32BE(0xffff_ffff, 20);
  pdus.push(pduOf(text, textOf({ SendTargets: '' }), plain));
  command(cdbs.synchronize, 0x80, 0);
  return pdus;
}

/** Sends the stream, in pieces, and then no more; gives how much was answered until the target closed. */
async function play(port: number, stream: Buffer, pieces: number): Promise<number> {
  const socket = await connected(port);
  let answered = 0;
  socket.on('data', (bytes) => (answered += bytes.length));
  const closed = once(socket, 'close');
  for (let piece = 0; piece < pieces; piece += 1) {
    socket.write(stream.subarray((stream.length * piece) / pieces, (stream.length * (piece + 1)) / pieces));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
  await closed;
  return answered;
}

test('streams that are changed at random or cut off anywhere harm nobody else', async (context) => {
  const served = await servedDisk(context);
  const look = await witness(context, served);
  const whole = conversation();
  const answers = 20_480 + 16 * 48;
  assert.ok((await play(served.port, Buffer.concat(whole), 1)) >= answers, 'it is sound while nothing is changed');
  assert.deepEqual(served.protocolErrors, []);
  await forSeeds(200, async (next, seed) => {
    const pdus = whole.map((pdu) => Buffer.from(pdu));
    // Headers and what follows them closely: changed data is only other data.
    for (let change = 1 + next(3); change > 0; change -= 1) mutate(pdus[next(pdus.length)]!.subarray(0, 120), next);
    const stream = Buffer.concat(pdus);
    await play(served.port, next(4) === 0 ? stream.subarray(0, next(stream.length)) : stream, 1 + next(4));
    if (seed % 20 === 0) await look();
  });
  await look();
  assert.ok(served.protocolErrors.length > 20, `${served.protocolErrors.length} were no iSCSI any more`);
});

async function hostileSession(served: ServedDisk, keys: Readonly<Record<string, string>> = {}): Promise<Initiator> {
  const one = await initiator({ port: served.port, targetName, keys });
  await one.command(cdbs.testUnitReady);
  return one;
}

const closes = (one: Initiator) => once(one.socket, 'close');

test('command numbers outside the window are dropped, and a lot that comes early is held only within it', async (context) => {
  const served = await servedDisk(context);
  const look = await witness(context, served);
  const one = await hostileSession(served);
  const at = one.nextCommand();
  for (const sn of [
    at - 1,
    at + 128,
    at + 5000,
    at + 0x7fff_ffff,
    0,
    ...Array.from({ length: 2000 }, (_, ahead) => at + 1 + ahead),
  ])
    one.send(commandHeader({ cdb: cdbs.testUnitReady, flags: 0x80, tag: 7000 + (sn % 5000), length: 0, sn: sn >>> 0 }));
  await look();
  one.send(commandHeader({ cdb: cdbs.testUnitReady, flags: 0x80, tag: 1, length: 0, sn: at }));
  const answers: number[] = [];
  for (let count = 0; count < 128; count += 1) answers.push((await one.receive()).header.readUInt32BE(16));
  assert.equal(answers[0], 1);
  assert.equal(new Set(answers).size, 128, 'the window and no more');
  await look();
  one.close();
});

test('data out of its order fails the command; data that nobody asked for, too much of it, or under a used tag ends the connection', async (context) => {
  const served = await servedDisk(context);
  const look = await witness(context, served);
  const write = async (one: Initiator): Promise<{ readonly tag: number; readonly transferTag: number }> => {
    const sn = one.nextCommand();
    one.send(commandHeader({ cdb: cdbs.write(0, 256), flags: 0xa0, tag: 50, length: 256 * 512, sn }));
    const { opcode, header } = await one.receive();
    assert.equal(opcode, 0x31);
    return { tag: 50, transferTag: header.readUInt32BE(20) };
  };
  const cases: readonly ((one: Initiator, tags: { readonly tag: number; readonly transferTag: number }) => void)[] = [
    (one, { tag, transferTag }) => one.send(dataOut(tag, transferTag, { sn: 0, offset: 512, final: false }), noise(512, 1)),
    (one, { tag, transferTag }) =>
      one.send(dataOut(tag, transferTag, { sn: 0, offset: 0xffff_fe00, final: false }), noise(512, 1)),
    (one, { tag, transferTag }) => one.send(dataOut(tag, transferTag, { sn: 0, offset: 0, final: true }), noise(512, 1)),
    (one, { tag, transferTag }) => one.send(dataOut(tag, transferTag, { sn: 0, offset: 0, final: true }), noise(256 * 513, 1)),
    (one, { tag }) => one.send(dataOut(tag, 0x1234_5678, { sn: 0, offset: 0, final: true }), noise(512, 1)),
    (one, { tag }) => one.send(dataOut(tag, 0xffff_ffff, { sn: 0, offset: 0, final: true }), noise(512, 1)),
    (one, { tag }) => one.send(commandHeader({ cdb: cdbs.testUnitReady, flags: 0x80, tag, length: 0, sn: one.nextCommand() })),
  ];
  for (const send of cases) {
    const one = await hostileSession(served);
    const closed = closes(one);
    send(one, await write(one));
    await closed;
    await look();
  }
  const one = await hostileSession(served);
  const { tag, transferTag } = await write(one);
  one.send(dataOut(tag, transferTag, { sn: 3, offset: 0, final: false }), noise(512, 1));
  const { opcode, header, data } = await one.receive();
  assert.deepEqual([opcode, header[3], data[4]! & 0x0f, data[14]], [0x21, 2, 0x0b, 0x47]);
  one.close();
  await look();
});

test('lengths that lie: a data segment beyond what was agreed, in login and after it, ends the connection before it is waited for', async (context) => {
  const served = await servedDisk(context);
  const look = await witness(context, served);
  const early = await connected(served.port);
  const header = loginRequest({ stage: 0, next: 1 });
  header.writeUIntBE(8193, 5, 3);
  const closed = once(early, 'close');
  early.resume();
  early.write(header);
  await closed;
  const one = await hostileSession(served);
  const late = commandHeader({ cdb: cdbs.write(0, 8), flags: 0xa0, tag: 9, length: 0xffff_ffff, sn: one.nextCommand() });
  late.writeUIntBE(0xff_ffff, 5, 3);
  const ended = closes(one);
  one.socket.write(late);
  await ended;
  await look();
});

test('many sessions that announce large writes and send nothing share a bounded memory, and others are served on', async (context) => {
  const served = await servedDisk(context);
  const look = await witness(context, served);
  const before = process.memoryUsage();
  const all: Initiator[] = [];
  for (let index = 0; index < 40; index += 1) {
    const one = await initiator({ port: served.port, targetName, isid: (0x4000_0000_1000 + index).toString(16) });
    all.push(one);
    await one.command(cdbs.testUnitReady);
    for (let tag = 1; tag <= 16; tag += 1)
      one.send(
        commandHeader({ cdb: cdbs.write(0, 8192), flags: 0xa0, tag: 500 + tag, length: 8192 * 512, sn: one.nextCommand() }),
      );
  }
  await sleep(100);
  // 40 x 16 x 4 MiB are announced: 2.5 GiB.
  const grown = process.memoryUsage().arrayBuffers - before.arrayBuffers;
  assert.ok(grown < 100 * 2 ** 20, `${Math.round(grown / 2 ** 20)} MiB`);
  const readable = await initiator({ port: served.port, targetName, isid: '400000002222' });
  await readable.command(cdbs.testUnitReady);
  assert.equal((await readable.command(cdbs.read(0, 64), { read: 64 * 512 })).status, 0);
  for (const one of [...all, readable]) one.close();
  await look();
});

test('writes with their data at hand beyond what there is memory for are told that the task set is full, and may come again', async (context) => {
  const served = await servedDisk(context);
  const look = await witness(context, served);
  const all: Initiator[] = [];
  const full = Promise.withResolvers<void>();
  for (let index = 0; index < 12; index += 1) {
    const one = await initiator({
      port: served.port,
      targetName,
      isid: (0x4000_0000_3000 + index).toString(16),
      keys: { FirstBurstLength: '262144' },
    });
    all.push(one);
    await one.command(cdbs.testUnitReady);
    const data = noise(131_072, index + 1);
    // 4 MiB each, of which 128 KiB are sent along.
    for (let tag = 1; tag <= 100; tag += 1)
      one.send(
        commandHeader({ cdb: cdbs.write(0, 8192), flags: 0xa0, tag: 500 + tag, length: 8192 * 512, sn: one.nextCommand() }),
        data,
      );
    void (async () => {
      for (;;) {
        const { opcode, header } = await one.receive();
        if (opcode === 0x21 && header[3] === 0x28) full.resolve();
      }
    })().catch(() => undefined);
  }
  assert.ok(await Promise.race([full.promise.then(() => true), sleep(120_000, false, { ref: false })]), 'nobody was told');
  for (const one of all) one.close();
  await look();
});

test('who asks for much and takes nothing holds little memory, and others are served on', async (context) => {
  const served = await servedDisk(context);
  const look = await witness(context, served);
  const before = process.memoryUsage().arrayBuffers;
  const all: Initiator[] = [];
  for (let index = 0; index < 12; index += 1) {
    const one = await initiator({
      port: served.port,
      targetName,
      isid: (0x4000_0000_4000 + index).toString(16),
      keys: { MaxRecvDataSegmentLength: '1048576', MaxBurstLength: '1048576' },
    });
    all.push(one);
    await one.command(cdbs.testUnitReady);
    one.socket.pause();
    for (let tag = 1; tag <= 100; tag += 1)
      one.send(
        commandHeader({ cdb: cdbs.read(0, 2048), flags: 0xc0, tag: 500 + tag, length: 2048 * 512, sn: one.nextCommand() }),
      );
  }
  await look();
  await look();
  // 12 x 100 MiB are asked for.
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(grown < 250 * 2 ** 20, `${Math.round(grown / 2 ** 20)} MiB`);
  // Who takes it after all gets all of it.
  const [first] = all;
  first!.socket.resume();
  let bytes = 0;
  while (bytes < 100 * 2048 * 512) bytes += (await first!.receive()).data.length;
  for (const one of all) one.close();
  await look();
});

test('10,000 logins that are never finished take little memory, and whoever is logged in is served meanwhile', async (context) => {
  const served = await servedDisk(context);
  const look = await witness(context, served);
  const before = process.memoryUsage().rss;
  const half = loginRequest({ stage: 0, next: 1 });
  let open = 0;
  for (let batch = 0; batch < 100; batch += 1) {
    const sockets = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = await connected(served.port);
        socket.resume();
        socket.write(half.subarray(0, 1 + (open % 47)));
        open += 1;
        return socket;
      }),
    );
    if (batch % 10 === 0) await look();
    // Ours go, so that it is the target's memory that is looked at, and its own bound that is met within a batch.
    if (batch % 2 === 1) for (const socket of sockets) socket.destroy();
    else context.after(() => sockets.forEach((socket) => socket.destroy()));
  }
  assert.equal(open, 10_000);
  await look();
  const late = await initiator({ port: served.port, targetName });
  assert.equal((await late.command(cdbs.testUnitReady)).sense, '6/29/0', 'a newcomer is let in');
  late.close();
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grown < 200, `${Math.round(grown)} MiB`);
});
