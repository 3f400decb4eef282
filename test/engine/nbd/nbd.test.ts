import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { hasCode } from '#contract';
import { bufferSource, openOverlay, overlayFolder, readBytes, type OverlayDisk } from '#engine/blocks';
import { listenNbd, type NbdListening, type NbdPlace } from '#engine/nbd';
import { noise, temporaryFolder } from '../../fixtures/environment.ts';
import { forSeeds } from '../../fixtures/properties.ts';
import { needs } from '../../fixtures/tools.ts';
import { mutate } from '../../fuzz/mutate.ts';

const run = promisify(execFile);
const base = noise(4 * 1024 * 1024, 41);

interface Served {
  readonly listening: NbdListening;
  readonly disk: OverlayDisk;
  readonly faults: unknown[];
  readonly folder: string;
}

async function served(
  context: TestContext,
  of: { readonly place?: (folder: string) => NbdPlace; readonly limitBytes?: number } = {},
): Promise<Served> {
  const folder = await temporaryFolder(context);
  const files = await overlayFolder(join(folder, 'overlay'));
  const disk = await openOverlay(bufferSource(base), {
    files,
    identity: Buffer.alloc(32, 1),
    limitBytes: of.limitBytes ?? 2 ** 30,
  });
  const faults: unknown[] = [];
  const place = of.place?.(folder) ?? { address: '127.0.0.1', port: 0 };
  const listening = await listenNbd(place, { exported: new Map([['disk0', disk]]), onFault: (error) => void faults.push(error) });
  context.after(async () => {
    await listening.close();
    await disk.close();
  });
  return { listening, disk, faults, folder };
}

const portOf = ({ listening }: Served): number => Number(/:(\d+)\//.exec(listening.url)![1]);

test('qemu and libnbd find the disk, read it, write it, give back and flush', async (context) => {
  if (!needs(context, { 'qemu-img': 'qemu-utils', 'qemu-io': 'qemu-utils', nbdinfo: 'libnbd-bin' })) return;
  const of = await served(context);
  const { url } = of.listening;
  assert.equal((await run('nbdinfo', ['--size', url])).stdout.trim(), String(base.length));
  assert.match((await run('nbdinfo', ['--list', url])).stdout, /export="disk0"/);
  const copy = join(of.folder, 'copy.raw');
  await run('qemu-img', ['convert', '-f', 'raw', '-O', 'raw', url, copy]);
  assert.ok((await readFile(copy)).equals(base));
  await run('qemu-io', ['-f', 'raw', '-c', 'write -P 0x5a 1000 70000', '-c', 'write -z -u 1M 64k', '-c', 'flush', url]);
  const wanted = Buffer.from(base)
    .fill(0x5a, 1000, 71_000)
    .fill(0, 1_048_576, 1_048_576 + 65_536);
  assert.ok((await readBytes(of.disk, 0, base.length)).equals(wanted));
  assert.deepEqual(of.faults, []);
});

test('a Unix socket is for its owner alone, takes the place of one that a killed publisher left, and not of one that is in use', async (context) => {
  // The umask is the whole process's: whoever makes a file meanwhile would have it too.
  const umask = context.mock.method(process, 'umask');
  const of = await served(context, { place: (folder) => ({ path: join(folder, 'nbd.sock') }) });
  const path = join(of.folder, 'nbd.sock');
  assert.equal(of.listening.url, `nbd+unix:///disk0?socket=${path}`);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const other = { exported: new Map([['disk0', of.disk]]), onFault: () => undefined };
  await assert.rejects(listenNbd({ path }, other), (error) => hasCode(error, 'publish/address-taken'));
  const left = join(of.folder, 'left.sock');
  await run(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(left)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ]).catch(() => undefined);
  await access(left);
  const again = await listenNbd({ path: left }, other);
  const socket = connect({ path: left });
  await once(socket, 'connect');
  socket.destroy();
  await again.close();
  assert.deepEqual((await readdir(of.folder)).toSorted(), ['nbd.sock', 'overlay'], 'nothing else is left');
  assert.equal(umask.mock.callCount(), 0);
});

test('a file that is no socket is never taken for one that was left', async (context) => {
  const of = await served(context);
  const path = join(of.folder, 'letter.txt');
  await writeFile(path, 'dear all');
  const other = { exported: new Map([['disk0', of.disk]]), onFault: () => undefined };
  await assert.rejects(listenNbd({ path }, other), (error) => hasCode(error, 'publish/address-taken'));
  assert.equal(await readFile(path, 'utf8'), 'dear all');
});

/** A client by hand: past the handshake, in the transmission phase. */
async function client(of: Served): Promise<{ readonly socket: Socket; readonly take: (bytes: number) => Promise<Buffer> }> {
  const socket = connect({ host: '127.0.0.1', port: portOf(of), noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let held = Buffer.alloc(0);
  let over = false;
  let change = Promise.withResolvers<void>();
  const changed = (): void => {
    change.resolve();
    change = Promise.withResolvers<void>();
  };
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    changed();
  });
  socket.on('close', () => {
    over = true;
    changed();
  });
  const take = async (bytes: number): Promise<Buffer> => {
    while (held.length < bytes) {
      if (over) throw new Error('closed');
      await change.promise;
    }
    const taken = held.subarray(0, bytes);
    held = held.subarray(bytes);
    return taken;
  };
  await take(18);
  return { socket, take };
}

function option(number: number, data: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.write('IHAVEOPT', 'latin1');
  head.writeUInt32BE(number, 8);
  head.writeUInt32BE(data.length, 12);
  return Buffer.concat([head, data]);
}

function request(
  type: number,
  of: { readonly offset: number; readonly length: number; readonly flags?: number; readonly cookie?: number },
): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt32BE(0x2560_9513, 0);
  bytes.writeUInt16BE(of.flags ?? 0, 4);
  bytes.writeUInt16BE(type, 6);
  bytes.writeUInt32BE(of.cookie ?? 7, 12);
  bytes.writeBigUInt64BE(BigInt(of.offset), 16);
  bytes.writeUInt32BE(of.length, 24);
  return bytes;
}

const flags = Buffer.from([0, 0, 0, 3]);
const name = Buffer.from('disk0');

test('requests past the end, unknown ones and a full overlay are answered by their errors, and the connection goes on', async (context) => {
  const of = await served(context, { limitBytes: 8192 });
  const { socket, take } = await client(of);
  socket.write(Buffer.concat([flags, option(1, name)]));
  assert.equal((await take(10)).readBigUInt64BE(), BigInt(base.length));
  const errnoOf = async (...parts: readonly Buffer[]): Promise<number> => {
    socket.write(Buffer.concat(parts));
    const reply = await take(16);
    assert.equal(reply.readUInt32BE(0), 0x6744_6698);
    return reply.readUInt32BE(4);
  };
  assert.equal(await errnoOf(request(0, { offset: base.length - 100, length: 101 })), 22);
  assert.equal(await errnoOf(request(1, { offset: base.length, length: 1 }), Buffer.alloc(1)), 28);
  assert.equal(await errnoOf(request(99, { offset: 0, length: 10 })), 22);
  assert.equal(await errnoOf(request(1, { offset: 0, length: 8192, flags: 1 }), noise(8192, 1)), 0);
  assert.equal(await errnoOf(request(1, { offset: 65_536, length: 4096 }), noise(4096, 1)), 28);
  assert.equal(await errnoOf(request(3, { offset: 0, length: 0 })), 0);
  assert.equal(await errnoOf(request(0, { offset: 0, length: 8192 })), 0);
  assert.ok((await take(8192)).equals(noise(8192, 1)));
  socket.write(request(2, { offset: 0, length: 0 }));
  await once(socket, 'close');
});

test('changed and truncated streams end their own connection and harm nobody; a request too long is not waited for', async (context) => {
  const of = await served(context);
  const info = Buffer.concat([Buffer.from([0, 0, 0, name.length]), name, Buffer.from([0, 0])]);
  const whole = [flags, option(3, Buffer.alloc(0)), option(6, info), option(7, info)];
  const requests = [
    request(0, { offset: 4096, length: 512 }),
    request(1, { offset: 0, length: 16 }),
    Buffer.alloc(16),
    request(4, { offset: 0, length: 4096 }),
    request(3, { offset: 0, length: 0 }),
  ];
  await forSeeds(120, async (next) => {
    const parts = [...whole, ...requests].map((part) => Buffer.from(part));
    const chosen = parts[next(parts.length)]!;
    if (chosen.length > 8) mutate(chosen, next);
    else chosen[next(chosen.length)]! ^= 1 << next(8);
    const stream = Buffer.concat(parts);
    const socket = connect({ host: '127.0.0.1', port: portOf(of) });
    socket.on('error', () => undefined).resume();
    socket.end(next(3) === 0 ? stream.subarray(0, next(stream.length)) : stream);
    await once(socket, 'close');
  });
  for (const fault of of.faults) assert.ok(hasCode(fault, 'nbd/malformed'), String(fault));
  assert.ok(of.faults.length > 20);
  const { socket, take } = await client(of);
  socket.write(Buffer.concat([flags, option(1, name)]));
  await take(10);
  socket.write(request(0, { offset: 4096, length: 512 }));
  await take(16);
  assert.ok((await take(512)).equals(await readBytes(of.disk, 4096, 512)));
  socket.resume().write(request(1, { offset: 0, length: 0xffff_ffff }));
  await once(socket, 'close');
});
