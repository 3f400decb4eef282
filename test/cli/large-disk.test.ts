import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createVhdx, editVhdx } from '#engine/formats/vhdx';
import { openDisk } from '../../main/engine/formats/open-disk.ts';
import { cli, commandLine, type CommandLine } from '../fixtures/command-line.ts';
import { noise } from '../fixtures/environment.ts';
import { needs, run } from '../fixtures/tools.ts';

const mib = 1024 * 1024;
const gib = 1024 * mib;
const peakAllowed = 512 * mib;
const peakMemory = new URL('../fixtures/peak-memory.js', import.meta.url).href;

/** Runs a command, which must never have had more in memory than the product allows itself; its JSON. */
function within<Value>(line: CommandLine, ...parameters: readonly string[]): Value {
  const file = join(line.folder, 'peak');
  const env = { ...line.env, HOSTKEEP_PEAK_FILE: file };
  const ran = spawnSync(process.execPath, ['--import', peakMemory, cli, '--json', ...parameters], { env, encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stdout + ran.stderr);
  const peak = Number(readFileSync(file, 'utf8'));
  // A process of Node has 30 MiB before it does anything: less would be a measure of nothing.
  assert.ok(peak > 30 * mib && peak < peakAllowed, `${parameters[0]}: ${peak} bytes at most`);
  return JSON.parse(ran.stdout) as Value;
}

test('a sparse VHDX of 1 TiB costs what is in it, and both ways stay within 512 MiB', async (context) => {
  if (process.platform !== 'linux') return context.skip('needs Linux, where /proc tells the peak of a process');
  if (!needs(context, { 'qemu-img': 'qemu-utils', 'qemu-io': 'qemu-utils' })) return;
  const line = await commandLine(context, { lab: false });
  const [image, back] = [join(line.folder, 'large.vhdx'), join(line.folder, 'back.vhdx')];
  run('qemu-img', 'create', '-q', '-f', 'vhdx', '-o', 'block_size=32M', image, '1T');
  run('qemu-io', '-f', 'vhdx', '-c', 'write -P 5 0 8M', '-c', 'write -P 7 500G 8M', '-c', 'write -P 9 1023G 4M', image);
  const { readBytes } = within<{ readBytes: number }>(line, 'backup', '--image', image, '--name', 'large');
  assert.ok(readBytes <= 96 * mib, `${readBytes}`);
  within(line, 'restore-disk', 'large@latest', '--to', back);
  // Not `qemu-img compare`, which reads a terabyte of zeros: what was written, what lies around it, and that there is no more.
  const reads = ['5 0 8M', '0 8M 56M', '0 499G 32M', '7 500G 8M', '0 512008M 24M', '9 1023G 4M', '0 1047556M 28M'];
  run('qemu-io', '-r', '-f', 'vhdx', ...reads.flatMap((read) => ['-c', `read -q -P ${read}`]), back);
  const restored = await openDisk({ format: 'vhdx', path: back });
  const data = (await restored.extents(0, restored.sizeBytes)).filter((extent) => extent.kind === 'data');
  assert.deepEqual(
    data,
    [0, 500, 1023].map((at) => ({ offset: at * gib, length: 32 * mib, kind: 'data' })),
  );
  await restored.close();
});

test('a VHDX of 1 TiB with pieces all over it stays within 512 MiB, first, changed and restored to a raw file', async (context) => {
  if (process.platform !== 'linux') return context.skip('needs Linux, where /proc tells the peak of a process');
  const line = await commandLine(context, { lab: false });
  const [image, back] = [join(line.folder, 'large.vhdx'), join(line.folder, 'back.raw')];
  const pieces = Array.from({ length: 256 }, (_, at) => ({ at: at * 4 * gib + (at % 7) * 4096, bytes: noise(65_536, at + 1) }));
  const shape = { sizeBytes: 1024 * gib, blockSize: mib, logicalSectorSize: 512, physicalSectorSize: 4096 } as const;
  const guids = { sequenceNumber: 1n, fileWriteGuid: randomUUID(), dataWriteGuid: randomUUID() };
  await createVhdx({ path: image, shape: { ...shape, diskId: randomUUID(), fixed: false }, guids });
  const write = async (): Promise<void> => {
    const editor = await editVhdx(image, randomUUID);
    for (const { at, bytes } of pieces) await editor.write(at, bytes);
    await editor.close();
  };
  await write();
  within(line, 'backup', '--image', image, '--name', 'large');
  for (const [index, piece] of pieces.entries()) if (index % 5 === 0) noise(4096, 1000 + index).copy(piece.bytes, 8192);
  await write();
  const { newBytes } = within<{ newBytes: number }>(line, 'backup', '--image', image, '--name', 'large');
  assert.ok(newBytes < 8 * mib, `${newBytes}`);
  within(line, 'restore-disk', 'large@latest', '--format', 'raw', '--to', back);
  const file = await open(back, 'r');
  const { size, blocks } = await file.stat();
  assert.equal(size, 1024 * gib);
  assert.ok(blocks * 512 < 512 * mib, `what holds nothing takes no room: ${blocks * 512}`);
  for (const { at, bytes } of pieces) {
    const found = Buffer.alloc(bytes.length);
    await file.read(found, 0, found.length, at);
    assert.ok(found.equals(bytes), `what lies at ${at}`);
  }
  await file.close();
});
